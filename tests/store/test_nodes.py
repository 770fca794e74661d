"""A node is held by one experiment, or by nobody."""

from __future__ import annotations

import pytest

from reconciler.model.errors import Rejected
from reconciler.resources.reservation import Reservation
from reconciler.store.leases import LeaseStore
from tests.store.stores import HandClock, make_database

NODES = Reservation(("n-1", "n-2"))


@pytest.fixture
def allocations() -> LeaseStore:
    return LeaseStore(make_database(), HandClock())


def test_a_node_is_held_by_one_only(allocations: LeaseStore) -> None:
    allocations.hold("alpha", [("reservation", "hosts", NODES)])
    with pytest.raises(Rejected, match="node n-2 is held by alpha"):
        allocations.hold("beta", [("reservation", "hosts", Reservation(("n-2", "n-3")))])
    assert not allocations.rows("beta")


def test_a_node_given_back_is_free_at_once(allocations: LeaseStore) -> None:
    allocations.hold("alpha", [("reservation", "hosts", NODES)])
    allocations.hold("alpha", [("reservation", "hosts", Reservation(("n-1",)))])
    allocations.hold("beta", [("reservation", "hosts", Reservation(("n-2",)))])
    assert allocations.taken("alpha")[0] == {"n-2": "beta"} and allocations.taken("beta")[0] == {"n-1": "alpha"}


def test_who_asks_for_one_that_is_held_twice_over_gets_none(allocations: LeaseStore) -> None:
    allocations.hold("alpha", [("reservation", "hosts", Reservation(("n-3",)))])
    wanted = [(name, Reservation((node,))) for name, node in (("others", "n-4"), ("more", "n-3"))]
    with pytest.raises(Rejected, match="node n-3 is held by alpha"):
        allocations.hold("alpha", [("reservation", name, spec) for name, spec in wanted])
    assert [row.what for row in allocations.rows("alpha")] == ["n-3"]
