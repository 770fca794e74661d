"""Ports read from what a switch answers."""

from __future__ import annotations

import pytest
from lxml import etree

from reconciler.drivers.switch.device import Mode, Port
from reconciler.drivers.switch.openconfig.interfaces import ETHERNET, INTERFACES, VLAN, parse_ports
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
        interface() + interface(),
        "<interface><config/></interface>",
        interface(config=f"<description>{'x' * 501}</description>"),
    ],
)
def test_what_the_model_does_not_allow_is_unreadable(broken: str) -> None:
    with pytest.raises(Unreadable):
        read(broken)
