"""S14, S26 and S27: a document cannot name what is another's, and a guest cannot send to where another listens."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.lab.cabling import nic_segment
from reconciler.lab.reachability import MAX_TAGS, Fabric, Jack, Place
from reconciler.lab.switch.effective import PortState
from reconciler.model.errors import Exhausted, SpecError
from reconciler.resources.allocations import Allocations
from tests.security.neighbours import fabric_of, held_by, named, parts, uplinks
from tests.spec.experiments import group, guests, make, network

BETA, TAKEN = held_by("beta", named("beta"))
NODES = [node.removesuffix(".lille") for node in TAKEN["taken_nodes"]]
ATTEMPTS: dict[str, dict[str, Any]] = {
    "nothing special": {},
    "its nodes by name": {"nodes": [group(nodes=NODES)]},
    "one of its nodes and a free one": {"nodes": [group(nodes=[NODES[0], "chinqchint-5"])]},
    "all nodes there are": {"nodes": [group(count=5)]},
    "its address range": {"networks": [network(addresses="10.136.0.0/28")]},
    "the whole address space": {"networks": [network(addresses="10.136.0.0/14")]},
    "an address range of nobody": {"networks": [network(addresses="192.168.0.0/24")]},
    "the range of another scheme": {"networks": [network(addresses="10.0.0.0/8")]},
    "two networks": {"networks": [network(), network(name="lan2")], "vms": [guests(networks=["lan", "lan2"])]},
    "a network over both sites": {"networks": [network(kind="global", sites=["lille", "nancy"])]},
    "its nodes, joined to a network": {"nodes": [group(nodes=NODES, networks=["lan"])]},
}  # fmt: skip


def attempt(**fields: Any) -> set[str]:
    """What an experiment with these fields ends with; nothing at all where it is refused."""
    try:
        wanted = named("alpha", **fields)
        return parts(held_by("alpha", wanted, **TAKEN)[0])
    except (SpecError, Exhausted, ValueError):
        return set()


@pytest.mark.parametrize("fields", ATTEMPTS.values(), ids=ATTEMPTS)
def test_s14_whatever_a_document_names_nothing_of_anothers_is_in_its_plan(fields: dict[str, Any]) -> None:
    assert parts(BETA)
    assert not attempt(**fields) & parts(BETA)


@pytest.mark.parametrize("what", ["its nodes by name", "all nodes there are", "one of its nodes and a free one"])
def test_s14_who_asks_for_a_node_of_anothers_is_told_whose_it_is(what: str) -> None:
    with pytest.raises(Exhausted, match="beta"):
        make(named("alpha", **ATTEMPTS[what]), Allocations(**TAKEN))


@pytest.mark.parametrize(
    "field", ["vlan", "vlanId", "port", "switch", "mac", "bridge", "ip", "address", "host", "disk"]
)
def test_s14_a_document_has_no_field_for_what_is_allotted(field: str) -> None:
    for place in ("nodes", "networks", "vms"):
        made = {"nodes": group, "networks": network, "vms": guests}[place]
        with pytest.raises(ValueError, match="xtra"):
            named("alpha", **{place: [made(**{field: "700"})]})


@given(
    st.sets(st.integers(1, 5)),
    st.sets(st.integers(0, 40)),
    st.sets(st.integers(700, 719)),
    st.integers(1, 3),
    st.integers(1, 8),
)
def test_s14_whatever_others_hold_none_of_it_is_chosen(
    nodes: set[int], offsets: set[int], ids: set[int], count: int, vms: int
) -> None:
    taken = {
        "taken_nodes": {f"chinqchint-{n}.lille": "beta" for n in nodes},
        "taken_addresses": {(10 << 24) + (136 << 16) + offset: "beta" for offset in offsets},
        "taken_ids": {("vlan:lille", number): "beta" for number in ids},
    }
    words = {f"node {node}" for node in taken["taken_nodes"]}
    words |= {f"address {number}" for number in taken["taken_addresses"]}
    words |= {f"id {pool} {number}" for pool, number in taken["taken_ids"]}
    try:
        found = held_by("alpha", named("alpha", nodes=[group(count=count)], vms=[guests(count=vms)]), **taken)[0]
    except Exhausted:
        return
    assert not parts(found) & words


# -- on the wire -------------------------------------------------------------------------------------

ALPHA, _ = held_by("alpha", named("alpha"), **TAKEN)
TAGS = sorted({1, 2, 100, 4094, *(vlan for _, _, vlan in (*uplinks(ALPHA), *uplinks(BETA)))})


def listening(tenant: Any) -> set[Place]:
    return {Place(nic_segment(node, nic), (vlan,)) for node, nic, vlan in uplinks(tenant)}


def reached(fabric: Fabric, sent: Place, targets: set[Place]) -> set[Place]:
    heard = fabric.heard(fabric.domain(sent))
    return {place for place in targets if fabric.domain(place) in heard}


def test_s26_the_guests_of_one_experiment_hear_each_other() -> None:
    fabric = fabric_of(ALPHA, BETA)
    for place in listening(ALPHA):
        assert reached(fabric, place, listening(ALPHA)) == listening(ALPHA)


@pytest.mark.parametrize("depth", range(MAX_TAGS + 1))
def test_s26_whatever_tags_a_guest_or_a_node_puts_on_its_frames_no_neighbour_hears_it(depth: int) -> None:
    """A guest's frames are below the tag of its bridge; a node, taken over, sends what it likes."""
    fabric = fabric_of(ALPHA, BETA)
    for node, nic, vlan in uplinks(ALPHA):
        for stack in product(TAGS, repeat=depth):
            for sent in {stack, (vlan, *stack)[:MAX_TAGS]}:
                assert not reached(fabric, Place(nic_segment(node, nic), sent), listening(BETA)), sent


def test_s26_a_native_vlan_on_a_trunk_would_let_a_second_tag_hop() -> None:
    """So that the test before can fail: with a native VLAN of ours between two switches, the inner tag is the outer."""
    cabling = fabric_of(ALPHA).cabling.__class__(
        {"a": (Jack("s1", "1"),), "t": (Jack("s1", "9"), Jack("s2", "9")), "b": (Jack("s2", "1"),)}
    )
    ports = {
        Jack("s1", "1"): PortState(True, 701),
        Jack("s1", "9"): PortState(True, 701, frozenset({702})),
        Jack("s2", "9"): PortState(True, 701, frozenset({702})),
        Jack("s2", "1"): PortState(True, 702),
    }
    hop = Place("a", (701, 702))
    assert reached(Fabric(cabling, ports), hop, {Place("b", ())})
    ports |= {Jack("s1", "9"): PortState(True, None, frozenset({701, 702}))}
    ports |= {Jack("s2", "9"): PortState(True, None, frozenset({701, 702}))}
    assert not reached(Fabric(cabling, ports), hop, {Place("b", ())})


def test_s26_no_port_that_we_set_has_a_native_vlan_beside_its_list_or_carries_all() -> None:
    for jack, state in fabric_of(ALPHA, BETA).ports.items():
        if state != PortState():
            assert state.untagged is None or not state.tagged, jack
            assert state.untagged != 1 and 1 not in state.tagged and len(state.tagged) < 100, jack


def test_s27_a_forged_mac_or_address_stays_in_the_network_of_its_guest() -> None:
    """Where a frame goes follows from port and tag alone: no MAC and no IP is in what a switch or a bridge is told."""
    told = {word for resources in (ALPHA, BETA) for word in parts(resources) if word.startswith(("mac", "address"))}
    assert told
    fabric = fabric_of(ALPHA, BETA)
    domains = {fabric.domain(place) for place in listening(ALPHA)}
    assert len(domains) == 1 and not domains & {fabric.domain(place) for place in listening(BETA)}


def test_s27_every_network_of_a_host_has_a_bridge_of_its_own() -> None:
    two = named("alpha", networks=[network(), network(name="wan")], vms=[guests(networks=["lan", "wan"])])
    found = uplinks(held_by("alpha", two, **TAKEN)[0])
    assert len(found) == len(set(found)) == 4
    assert len({vlan for _, _, vlan in found}) == 2
