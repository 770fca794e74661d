from __future__ import annotations

import pytest

from reconciler.lab.switch.effective import ALL, PortState, Push, port_states
from reconciler.lab.switch.tree import EMPTY
from tests.lab.switch.payloads import access, bare, config, modes, port, trunk, tunnel
from tests.lab.switch.trees import PORTS, after, tree


def state(text: str) -> PortState:
    return port_states(tree(text), PORTS)["Ethernet1"]


def test_an_unconfigured_port_is_up_and_untagged_in_vlan_1() -> None:
    assert dict(port_states(EMPTY, PORTS)) == dict.fromkeys(PORTS, PortState(up=True, untagged=1))


def test_an_access_port_is_untagged_in_its_vlan() -> None:
    assert state(config(port("Ethernet1", modes=access(101)))) == PortState(untagged=101)


def test_without_its_access_vlan_a_port_falls_into_vlan_1() -> None:
    branch = tree(config(port("Ethernet1", modes=access(101))))
    gone = after(branch, config(bare("Ethernet1", inside=modes('<vl:access-vlan nc:operation="delete"/>'))))
    assert port_states(gone, PORTS)["Ethernet1"] == PortState(untagged=1)


def test_a_trunk_without_a_list_carries_everything() -> None:
    assert state(config(port("Ethernet1", modes=trunk()))) == PortState(untagged=1, tagged=ALL - {1})


@pytest.mark.parametrize(
    ("leaves", "untagged", "tagged"),
    [
        (trunk(5, "101..103"), None, {5, 101, 102, 103}),
        (trunk(1, 5), 1, {5}),
        (trunk(5, 6) + "<vl:native-vlan>6</vl:native-vlan>", 6, {5}),
        (trunk(5) + "<vl:native-vlan>6</vl:native-vlan>", None, {5}),
    ],
)
def test_the_list_of_a_trunk_filters_its_native_vlan_too(leaves: str, untagged: int | None, tagged: set[int]) -> None:
    assert state(config(port("Ethernet1", modes=leaves))) == PortState(untagged=untagged, tagged=frozenset(tagged))


def test_a_port_is_down_only_when_it_says_so() -> None:
    down = state(config(port("Ethernet1", "<if:enabled>false</if:enabled><if:description>mine</if:description>")))
    assert down == PortState(up=False, description="mine")
    assert state(config(port("Ethernet1", "<if:enabled>true</if:enabled>"))).up


def test_a_tunnel_pushes_the_outer_tag_and_pops_it() -> None:
    expected = Push(1000, frozenset({101, 102}), 0x88A8, pops=True)
    assert state(config(port("Ethernet1", more=tunnel(5, 1000, 101, 102)))).pushes == (expected,)


def test_a_tunnel_that_does_not_pop_works_one_way_only() -> None:
    (push,) = state(config(port("Ethernet1", more=tunnel(5, 1000, 101, egress="SWAP")))).pushes
    assert push == Push(1000, frozenset({101}), 0x88A8, pops=False)


def test_a_disabled_subinterface_pushes_nothing() -> None:
    text = config(port("Ethernet1", more=tunnel(5, 1000, 101)))
    text = text.replace(
        "<if:index>5</if:index></if:config>", "<if:index>5</if:index><if:enabled>false</if:enabled></if:config>"
    )
    assert state(text).pushes == ()


def test_the_outer_tag_is_8100_unless_it_is_set() -> None:
    branch = tree(config(port("Ethernet1", more=tunnel(5, 1000, 101))))
    gone = '<vl:ingress-mapping><vl:config><vl:tpid nc:operation="delete"/></vl:config></vl:ingress-mapping>'
    inside = f"<if:subinterface><if:index>5</if:index><vl:vlan>{gone}</vl:vlan></if:subinterface>"
    changed = after(branch, config(bare("Ethernet1", inside=f"<if:subinterfaces>{inside}</if:subinterfaces>")))
    assert port_states(changed, PORTS)["Ethernet1"].pushes[0].tpid == 0x8100
