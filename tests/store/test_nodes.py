"""A node is held by one experiment, or by nobody."""

from __future__ import annotations

import pytest

from reconciler.model.errors import Rejected
from reconciler.resources.holding import Reservation
from reconciler.store.leases import LeaseBook
from tests.store.stores import HandClock, make_database

NODES = Reservation(("n-1", "n-2"))


@pytest.fixture
def book() -> LeaseBook:
    return LeaseBook(make_database(), HandClock())


def test_a_node_is_held_by_one_only(book: LeaseBook) -> None:
    book.hold("alpha", [("reservation", "hosts", NODES)])
    with pytest.raises(Rejected, match="node n-2 is held by alpha"):
        book.hold("beta", [("reservation", "hosts", Reservation(("n-2", "n-3")))])
    assert not book.rows("beta")


def test_a_node_given_back_is_free_at_once(book: LeaseBook) -> None:
    book.hold("alpha", [("reservation", "hosts", NODES)])
    book.hold("alpha", [("reservation", "hosts", Reservation(("n-1",)))])
    book.hold("beta", [("reservation", "hosts", Reservation(("n-2",)))])
    assert book.taken("alpha")[0] == {"n-2": "beta"} and book.taken("beta")[0] == {"n-1": "alpha"}


def test_who_asks_for_one_that_is_held_twice_over_gets_none(book: LeaseBook) -> None:
    book.hold("alpha", [("reservation", "hosts", Reservation(("n-3",)))])
    wanted = [(name, Reservation((node,))) for name, node in (("others", "n-4"), ("more", "n-3"))]
    with pytest.raises(Rejected, match="node n-3 is held by alpha"):
        book.hold("alpha", [("reservation", name, spec) for name, spec in wanted])
    assert [row.what for row in book.rows("alpha")] == ["n-3"]
