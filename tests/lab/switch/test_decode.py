from __future__ import annotations

import pytest

from reconciler.lab.switch.rpc_error import RpcError, RpcFailure
from tests.lab.switch.payloads import NAMESPACES, NETCONF, access, bare, config, port, trunk, tunnel
from tests.lab.switch.trees import decode


def refuse(text: str) -> tuple[RpcError, ...]:
    with pytest.raises(RpcFailure) as caught:
        decode(text)
    return caught.value.errors


def refuse_one(text: str) -> RpcError:
    (error,) = refuse(text)
    return error


def test_every_node_of_the_models_we_use_is_accepted() -> None:
    leaves = (
        "<if:mtu>9000</if:mtu><if:description>xr:v1:lille:e:12345678:1</if:description><if:enabled>false</if:enabled>"
        '<vl:tpid xmlns:v="http://openconfig.net/yang/vlan-types">v:TPID_0X88A8</vl:tpid>'
    )
    decode(config(port("Ethernet1", leaves, modes=trunk(5, "101..103"), more=tunnel(1, 1000, 101, 102))))


def test_an_unknown_element_names_itself_and_its_place() -> None:
    error = refuse_one(config(bare("Ethernet1", inside="<if:no-such/>")))
    assert (error.tag, error.type) == ("unknown-element", "application")
    assert error.path == "/oc-if:interfaces/oc-if:interface[oc-if:name='Ethernet1']/oc-if:no-such"
    assert ("bad-element", "no-such") in error.info


def test_a_known_element_in_the_wrong_namespace_is_unknown() -> None:
    assert refuse_one(config(bare("Ethernet1", inside="<vl:config/>"))).tag == "unknown-element"


def test_a_foreign_namespace_is_named() -> None:
    error = refuse_one(config(bare("Ethernet1", inside='<x:a xmlns:x="urn:x"/>')))
    assert error.tag == "unknown-namespace"
    assert error.info == (("bad-element", "a"), ("bad-namespace", "urn:x"))


def test_no_namespace_is_a_foreign_one() -> None:
    assert refuse_one(f'<config xmlns:nc="{NETCONF}"><interfaces/></config>').tag == "unknown-namespace"


def test_schema_is_checked_even_below_a_removal() -> None:
    assert refuse_one(config(bare("Ethernet1", "remove", "<if:no-such/>"))).tag == "unknown-element"


@pytest.mark.parametrize("vlan", ["0", "4095", "5000", "-1", "ten", "", " 5", "0x10", "1.5"])
def test_a_vlan_outside_1_to_4094_is_invalid(vlan: str) -> None:
    error = refuse_one(config(port("Ethernet1", modes=access(vlan))))
    assert error.tag == "invalid-value"
    assert error.path.endswith("/oc-vlan:access-vlan")


@pytest.mark.parametrize("vlans", ["4095", "5..4095", "7..5", "5..5", "5-7", "5..", "0..4", "1,2"])
def test_trunk_vlans_are_ids_or_rising_ranges(vlans: str) -> None:
    assert refuse_one(config(port("Ethernet1", modes=trunk(vlans)))).tag == "invalid-value"


@pytest.mark.parametrize(
    "leaf",
    [
        "<if:enabled>yes</if:enabled>",
        "<if:enabled>True</if:enabled>",
        "<if:mtu>65536</if:mtu>",
        f"<if:description>{'x' * 256}</if:description>",
        "<if:description>two\nlines</if:description>",
        "<vl:tpid>TPID_0X88A8</vl:tpid>",
    ],
)
def test_a_leaf_of_the_wrong_type_is_invalid(leaf: str) -> None:
    assert refuse_one(config(port("Ethernet1", leaf))).tag == "invalid-value"


def test_an_identity_needs_the_prefix_of_its_own_module() -> None:
    name = "<if:name>Ethernet1</if:name><if:config><if:name>Ethernet1</if:name>{}</if:config>"
    for text in ("<if:type>ethernetCsmacd</if:type>", "<if:type>vl:ethernetCsmacd</if:type>"):
        error = refuse_one(config(f"<if:interface>{name.format(text)}</if:interface>"))
        assert (error.tag, error.info) == ("invalid-value", (("bad-element", "type"),))


def test_a_name_that_is_no_port_is_invalid() -> None:
    error = refuse_one(config(port("Ethernet99", modes=access(5))))
    assert (error.tag, "Ethernet99" in error.message) == ("invalid-value", True)


def test_a_list_entry_needs_its_key() -> None:
    error = refuse_one(config("<if:interface><if:config/></if:interface>"))
    assert (error.tag, error.info) == ("missing-element", (("bad-element", "name"),))


def test_all_breaches_are_reported_together() -> None:
    errors = refuse(config(port("Ethernet1", modes=access(5000)), port("nowhere"), bare("Ethernet2", inside="<if:x/>")))
    assert [error.tag for error in errors] == ["invalid-value", "invalid-value", "unknown-element"]


def test_an_operation_outside_the_netconf_namespace_is_no_operation() -> None:
    text = config('<if:interface operation="delete"><if:name>Ethernet1</if:name></if:interface>')
    error = refuse_one(text)
    assert error.tag == "unknown-attribute"
    assert ("bad-attribute", "operation") in error.info


def test_an_unknown_operation_is_a_bad_attribute() -> None:
    assert refuse_one(config(bare("Ethernet1", "obliterate"))).tag == "bad-attribute"


def test_the_same_leaf_twice_is_refused() -> None:
    modes = access(5) + "<vl:access-vlan>6</vl:access-vlan>"
    assert refuse_one(config(port("Ethernet1", modes=modes))).tag == "bad-element"


def test_text_between_elements_is_refused() -> None:
    assert refuse_one(config(bare("Ethernet1", inside="stray"))).tag == "bad-element"


def test_state_cannot_be_configured() -> None:
    inside = "<if:state><if:oper-status>UP</if:oper-status></if:state>"
    assert refuse_one(config(bare("Ethernet1", inside=inside))).tag == "unknown-element"


def test_another_top_level_container_is_unknown() -> None:
    text = f'<config xmlns="{NETCONF}" {NAMESPACES}><vl:vlans/></config>'
    assert refuse_one(text).tag == "unknown-element"
