"""Ports read from what a switch answers."""

from __future__ import annotations

import pytest
from lxml import etree

from reconciler.drivers.switch.device import Mode, Port, PortType
from reconciler.drivers.switch.openconfig.interfaces import AGGREGATE, ETHERNET, INTERFACES, VLAN, parse_ports
from reconciler.drivers.switch.vlans import ALL
from reconciler.model.errors import Unreadable
from reconciler.resources.switch import Tunnel


def read(*interfaces: str) -> dict[str, Port]:
    data = f'<data><interfaces xmlns="{INTERFACES}">{"".join(interfaces)}</interfaces></data>'
    return dict(parse_ports(etree.fromstring(data)))


def interface(switched: str = "", config: str = "", name: str = "e1", more: str = "") -> str:
    vlans = f'<switched-vlan xmlns="{VLAN}"><config>{switched}</config></switched-vlan>'
    return (
        f"<interface><name>{name}</name><config><name>{name}</name>{config}</config>{more}"
        f'<ethernet xmlns="{ETHERNET}">{vlans}</ethernet></interface>'
    )


def tunnel(index: str = "1000", vlan_id: str = "1000", tpid: str = "t:TPID_0X88A8", egress: str = "POP") -> str:
    return (
        f"<subinterfaces><subinterface><index>{index}</index><vlan xmlns='{VLAN}'><match><single-tagged-list><config>"
        "<vlan-ids>702</vlan-ids><vlan-ids>701</vlan-ids></config></single-tagged-list></match>"
        f"<ingress-mapping><config><vlan-stack-action>PUSH</vlan-stack-action><vlan-id>{vlan_id}</vlan-id>"
        f"<tpid>{tpid}</tpid></config></ingress-mapping>"
        f"<egress-mapping><config><vlan-stack-action>{egress}</vlan-stack-action></config></egress-mapping>"
        "</vlan></subinterface></subinterfaces>"
    )


def test_what_is_not_configured_is_as_vendors_have_it() -> None:
    assert read(interface())["e1"] == Port("e1", description="", enabled=True, mode=Mode.ACCESS, access=1)


def test_an_access_port_ignores_a_list_left_from_its_time_as_a_trunk() -> None:
    switched = "<interface-mode>ACCESS</interface-mode><access-vlan>7</access-vlan><trunk-vlans>8</trunk-vlans>"
    assert read(interface(switched, "<enabled>false</enabled>"))["e1"] == Port("e1", enabled=False, access=7)


def test_a_trunks_list_is_sorted_whatever_the_order_of_the_answer() -> None:
    switched = "<interface-mode>TRUNK</interface-mode><trunk-vlans>720..722</trunk-vlans><trunk-vlans>9</trunk-vlans>"
    assert read(interface(switched))["e1"].entries == ("9", "720..722")


def test_a_tunnel_is_read_with_its_customer_vlans_sorted() -> None:
    assert read(interface(more=tunnel()))["e1"].tunnels == (Tunnel("e1", 1000, (701, 702)),)


def test_a_trunk_without_a_list_carries_every_vlan() -> None:
    assert read(interface("<interface-mode>TRUNK</interface-mode>"))["e1"].entries is ALL


def test_a_vendors_tunnel_mode_is_seen() -> None:
    port = read(interface("<interface-mode>DOT1Q-TUNNEL</interface-mode><access-vlan>7</access-vlan>"))["e1"]
    assert (port.mode, port.access, port.entries) == (Mode.TUNNEL, 7, ())


def test_the_vlans_of_a_lag_are_read_where_a_lag_has_them() -> None:
    vlans = "<config><interface-mode>TRUNK</interface-mode><trunk-vlans>701</trunk-vlans></config>"
    switched = f'<switched-vlan xmlns="{VLAN}">{vlans}</switched-vlan>'
    lag = (
        '<interface><name>ae0</name><config><type xmlns:i="urn:ietf:params:xml:ns:yang:iana-if-type">i:ieee8023adLag'
        f'</type><mtu>9000</mtu></config><aggregation xmlns="{AGGREGATE}">{switched}</aggregation></interface>'
    )
    assert read(lag)["ae0"] == Port("ae0", mode=Mode.TRUNK, entries=("701",), type=PortType.LAG, mtu=9000)


def test_a_member_of_a_lag_says_which() -> None:
    member = (
        f'<interface><name>e1</name><ethernet xmlns="{ETHERNET}"><config>'
        f'<aggregate-id xmlns="{AGGREGATE}">ae0</aggregate-id></config></ethernet></interface>'
    )
    assert read(member)["e1"].lag == "ae0"


def test_an_interface_of_another_type_is_no_port() -> None:
    assert read(interface(config="<type>ianaift:l3ipvlan</type>"))["e1"].type is PortType.OTHER
    assert read(interface(config="<type>ianaift:ethernetCsmacd</type>"))["e1"].type is PortType.ETHERNET


@pytest.mark.parametrize(
    "mapping",
    [tunnel(vlan_id="1001"), tunnel(tpid="t:TPID_0X8100"), tunnel(egress="PUSH")],
    ids=["id", "tpid", "egress"],
)
def test_a_mapping_that_does_something_else_is_no_tunnel_of_ours_but_is_not_overlooked(mapping: str) -> None:
    assert read(interface(more=mapping))["e1"].tunnels == (Tunnel("e1", 1000, ()),)


@pytest.mark.parametrize(
    "broken",
    [
        interface("<interface-mode>HYBRID</interface-mode>"),
        interface("<access-vlan>4095</access-vlan>"),
        interface("<interface-mode>TRUNK</interface-mode><trunk-vlans>all</trunk-vlans>"),
        interface(config="<enabled>perhaps</enabled>"),
        interface(config="<mtu>large</mtu>"),
        interface() + interface(),
        "<interface><config/></interface>",
        interface(config=f"<description>{'x' * 501}</description>"),
    ],
)
def test_what_the_model_does_not_allow_is_unreadable(broken: str) -> None:
    with pytest.raises(Unreadable):
        read(broken)
