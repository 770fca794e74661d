from __future__ import annotations

import pytest

from reconciler.lab.switch.constraints import find_breaches, require_valid
from reconciler.lab.switch.rpc_error import RpcFailure
from reconciler.lab.switch.tree import EMPTY
from tests.lab.switch.payloads import access, bare, config, port, trunk, tunnel
from tests.lab.switch.trees import after, tree


def test_a_whole_configuration_passes() -> None:
    require_valid(tree(config(port("Ethernet1", modes=trunk(5), more=tunnel(7, 1000, 101, 102)))))
    require_valid(EMPTY)


def test_an_interface_needs_its_config_name_and_its_type() -> None:
    breaches = list(find_breaches(tree(config(bare("Ethernet1")))))
    assert [(breach.tag, breach.app_tag) for breach in breaches] == [
        ("data-missing", "instance-required"),
        ("data-missing", ""),
    ]
    assert breaches[0].path == "/oc-if:interfaces/oc-if:interface[oc-if:name='Ethernet1']/oc-if:name"
    assert breaches[1].info == (("bad-element", "type"),)


def test_a_key_that_differs_from_its_config_name_is_a_breach() -> None:
    text = config(port("Ethernet1", modes=access(5))).replace(
        "<if:config><if:name>Ethernet1", "<if:config><if:name>Ethernet2"
    )
    with pytest.raises(RpcFailure, match="data-missing"):
        require_valid(tree(text))


def test_a_push_needs_a_vlan_and_a_match() -> None:
    whole = tree(config(port("Ethernet1", more=tunnel(7, 1000, 101))))
    for gone in (
        "<vl:match nc:operation='delete'/>",
        "<vl:ingress-mapping><vl:config><vl:vlan-id nc:operation='delete'/>",
    ):
        closing = "" if "match" in gone else "</vl:config></vl:ingress-mapping>"
        vlan = f"<if:subinterface><if:index>7</if:index><vl:vlan>{gone}{closing}</vl:vlan></if:subinterface>"
        broken = after(whole, config(bare("Ethernet1", inside=f"<if:subinterfaces>{vlan}</if:subinterfaces>")))
        assert [breach.tag for breach in find_breaches(broken)] == ["operation-failed"]


def test_one_subinterface_matches_in_one_way() -> None:
    whole = tree(config(port("Ethernet1", more=tunnel(7, 1000, 101))))
    both = after(whole, config(bare("Ethernet1", inside=tunnel(7, 1000, 102, 103))))
    assert [breach.message for breach in find_breaches(both)] == ["one subinterface matches in one way only"]
