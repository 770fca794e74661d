"""Goods of people who do not use this tool, and of others."""

from __future__ import annotations

import pytest

from reconciler.model.errors import Rejected
from reconciler.resources.lease import AddressRange, Lease
from reconciler.resources.reservation import Reservation
from reconciler.store.leases import LeaseStore
from tests.store.stores import HandClock, make_database

FIRST = 0x0A881001
NODES = Reservation(("n-1", "n-2"))
LEASE = Lease((AddressRange("web", 0, FIRST, 2),))


@pytest.fixture
def allocations() -> LeaseStore:
    return LeaseStore(make_database(), HandClock())


def test_reservations_of_people_are_nobody_elses(allocations: LeaseStore) -> None:
    allocations.reserve("ipv4", [FIRST + 1, FIRST], "alice", "printer")
    assert [(row.what, row.mac, row.experiment, row.holder, row.member, row.state) for row in allocations.rows()] == [
        ("10.136.16.1", "", "", "alice", "printer", "external"),
        ("10.136.16.2", "", "", "alice", "printer", "external"),
    ]
    assert allocations.taken("alpha")[1] == {FIRST: "alice", FIRST + 1: "alice"}
    with pytest.raises(Rejected, match=r"10\.136\.16\.1 is held by alice"):
        allocations.hold("alpha", [("lease", "lan", LEASE)])
    assert allocations.unreserve("ipv4", [FIRST, FIRST + 1, FIRST + 2]) == 2
    allocations.hold("alpha", [("lease", "lan", LEASE)])
    assert allocations.unreserve("ipv4", [FIRST]) == 0, "what an experiment holds is not given up like that"
    with pytest.raises(Rejected, match=r"held by alpha; nothing was reserved"):
        allocations.reserve("ipv4", [FIRST + 5, FIRST], "alice", "printer")
    assert allocations.holding("alpha", "lease", "lan") == LEASE and len(allocations.rows()) == 2


def test_nodes_can_be_kept_for_people_too(allocations: LeaseStore) -> None:
    allocations.reserve("node", ["n-1"], "bob", "demo")
    with pytest.raises(Rejected, match="node n-1 is held by bob: demo"):
        allocations.hold("alpha", [("reservation", "hosts", NODES)])
    assert allocations.unreserve("node", ["n-1"]) == 1
    allocations.hold("alpha", [("reservation", "hosts", NODES)])


def test_an_address_that_a_stranger_uses_is_taken_from_who_holds_it(allocations: LeaseStore) -> None:
    allocations.hold("alpha", [("lease", "lan", LEASE)])
    allocations.mark_foreign("ipv4", FIRST, "domU ghost on griffon-9")
    assert allocations.holding("alpha", "lease", "lan") == Lease((AddressRange("web", 1, FIRST + 1, 1),))
    assert allocations.taken("alpha")[1] == {FIRST: "(foreign)"}
    moved = Lease((AddressRange("web", 0, FIRST + 2, 1), AddressRange("web", 1, FIRST + 1, 1)))
    allocations.hold("alpha", [("lease", "lan", moved)])
    allocations.hold("alpha", [("lease", "lan", None)])
    assert [(row.what, row.holder, row.member) for row in allocations.rows()] == [
        ("10.136.16.1", "(foreign)", "domU ghost on griffon-9")
    ]


def test_an_outsiders_address_says_nothing_of_macs(allocations: LeaseStore) -> None:
    allocations.reserve("ipv4", [FIRST + (1 << 24)], "alice", "router")
    allocations.hold("alpha", [("lease", "lan", LEASE)])
