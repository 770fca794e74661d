"""What others choose: nothing that they did not give is used, and what is missing is pending."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.allocation.allocate import OWN, Assignment, allocate
from reconciler.allocation.allocator import Allocators
from reconciler.allocation.granted import NOT_ASKED, granted_addresses, granted_ids, granted_nodes
from reconciler.model.address import Address
from reconciler.model.desired import Pending
from reconciler.model.errors import Exhausted
from reconciler.resources.allocations import Allocations, Grant
from tests.spec.experiments import NAME, catalogue, experiment, group, make, of_kind

OUTSIDE = Allocators(granted_nodes, granted_addresses, granted_ids)
SCHEDULED = Allocators(granted_nodes, OWN.addresses, OWN.ids)
HOSTS, LEASE, VLAN = (
    Address(kind, NAME, name) for kind, name in (("reservation", "hosts"), ("lease", "lan"), ("vlan", "lan"))
)
SOON = Pending("chosen by the scheduler", "job 1 starts")
NODES = [f"chinqchint-{n}.lille" for n in range(1, 6)]


def chosen(said: Grant | Pending | None, allocators: Allocators = SCHEDULED, **others: object) -> Assignment:
    grants = {} if said is None else {HOSTS: said}
    return allocate(experiment(), catalogue(), Allocations(grants=grants, **others), allocators)  # type: ignore[arg-type]


def test_what_was_not_asked_for_yet_is_pending_though_nodes_are_free() -> None:
    found = chosen(None)
    assert (found.nodes["hosts"], found.homes, found.pending) == ((), {}, {HOSTS: NOT_ASKED})


def test_nodes_that_were_granted_are_used_and_others_are_not() -> None:
    found = chosen(Grant((NODES[4], NODES[2])))
    assert found.nodes["hosts"] == (NODES[2], NODES[4])
    assert set(found.homes.values()) == {NODES[2], NODES[4]}
    assert not found.pending


def test_a_part_of_the_nodes_is_held_and_vms_wait_for_the_rest() -> None:
    found = chosen(Grant((NODES[1],), rest=SOON))
    assert (found.nodes["hosts"], found.homes, found.pending) == ((NODES[1],), {}, {HOSTS: SOON})


def test_vms_keep_their_host_while_their_group_waits_for_more_nodes() -> None:
    recorded = make(experiment())
    homes = {name: r.endpoint.host for name, r in of_kind(recorded, "domain").items()}
    more = experiment(nodes=[group(count=3)])
    grants = {HOSTS: Grant(tuple(NODES[:2]), rest=SOON)}
    found = allocate(more, catalogue(), Allocations(recorded, grants=grants), SCHEDULED)
    assert found.homes == homes


def test_fewer_nodes_than_asked_for_without_more_to_come_are_pending_unless_they_are_enough() -> None:
    assert "1 of 2 nodes granted" in str(chosen(Grant((NODES[0],))).pending[HOSTS])
    enough = experiment(nodes=[group(minReady=1)])
    found = allocate(enough, catalogue(), Allocations(grants={HOSTS: Grant((NODES[0],))}), SCHEDULED)
    assert not found.pending
    assert set(found.homes.values()) == {NODES[0]}


def test_a_granted_node_that_another_holds_or_that_cannot_serve_is_not_used() -> None:
    said = Grant((NODES[0], NODES[1], "griffon-1.nancy"))
    found = chosen(said, taken_nodes={NODES[0]: "other"})
    assert found.nodes["hosts"] == (NODES[1],)
    assert HOSTS in found.pending


@given(st.sets(st.sampled_from(NODES)), st.booleans(), st.sets(st.sampled_from(NODES)))
def test_no_vm_is_on_a_node_that_was_not_granted(nodes: set[str], more: bool, taken: set[str]) -> None:
    found = chosen(Grant(tuple(sorted(nodes)), rest=SOON if more else None), taken_nodes=dict.fromkeys(taken, "x"))
    assert set(found.homes.values()) <= set(found.nodes["hosts"]) <= nodes - taken
    assert bool(found.pending) == (len(found.homes) < 4)


def test_addresses_are_of_the_granted_range_and_ids_are_those_granted() -> None:
    given_ = {
        HOSTS: Grant(tuple(NODES[:2])),
        LEASE: Grant(ranges=((int_of("10.136.99.8"), int_of("10.136.99.20")),)),
        VLAN: Grant(ids=(("vlan:lille", 715),)),
    }
    found = allocate(experiment(), catalogue(), Allocations(grants=given_), OUTSIDE)
    assert [(run.first, run.count) for run in found.leases["lan"]] == [(int_of("10.136.99.8"), 4)]
    assert found.ids == {"lan": (("vlan:lille", 715),)}
    assert not found.pending


def test_addresses_and_ids_that_were_not_granted_are_missing_and_pending() -> None:
    found = allocate(experiment(), catalogue(), Allocations(grants={HOSTS: Grant(tuple(NODES[:2]))}), OUTSIDE)
    assert (found.leases, found.ids) == ({}, {})
    assert found.pending == {LEASE: NOT_ASKED, VLAN: NOT_ASKED}


def test_a_range_that_is_too_small_is_no_reason_to_wait() -> None:
    said = {LEASE: Grant(ranges=((int_of("10.136.99.8"), int_of("10.136.99.9")),))}
    with pytest.raises(Exhausted, match="too few"):
        allocate(experiment(), catalogue(), Allocations(grants=said), Allocators(OWN.nodes, granted_addresses, OWN.ids))


def int_of(address: str) -> int:
    a, b, c, d = map(int, address.split("."))
    return a << 24 | b << 16 | c << 8 | d
