"""What is held: rows under a constraint, given all or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from reconciler.model.errors import Rejected
from reconciler.resources.holding import AddressRun, Lease, Reservation, Vlan
from reconciler.store.database import Database
from reconciler.store.leases import LeaseBook

FIRST = 0x0A881001
NODES = Reservation(("n-1", "n-2"))
IDS = Vlan((("vlan:lille", 700),))
LEASE = Lease((AddressRun("web", 0, FIRST, 2),))


class Clock:
    """Stands still until it is told."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def book(clock: Clock) -> Iterator[LeaseBook]:
    database = Database(None)
    yield LeaseBook(database, clock)
    database.close()


def test_several_things_are_held_at_once(book: LeaseBook) -> None:
    book.hold("alpha", [("reservation", "hosts", NODES), ("vlan", "lan", IDS), ("lease", "lan", LEASE)])
    assert book.holding("alpha", "reservation", "hosts") == NODES
    assert book.holding("alpha", "vlan", "lan") == IDS
    assert book.holding("alpha", "lease", "lan") == LEASE


def test_who_does_not_get_all_gets_nothing_and_is_told_who_has_it(book: LeaseBook) -> None:
    book.hold("alpha", [("vlan", "lan", IDS)])
    with pytest.raises(Rejected, match="vlan:lille 700 is held by alpha"):
        book.hold("beta", [("reservation", "hosts", NODES), ("lease", "lan", LEASE), ("vlan", "lan", IDS)])
    assert not book.rows("beta")


def test_a_node_is_held_by_one_only(book: LeaseBook) -> None:
    book.hold("alpha", [("reservation", "hosts", NODES)])
    with pytest.raises(Rejected, match="node n-2 is held by alpha"):
        book.hold("beta", [("reservation", "hosts", Reservation(("n-2", "n-3")))])
    assert not book.rows("beta")


def test_one_resource_may_take_what_another_gives_up_whatever_their_order(book: LeaseBook) -> None:
    book.hold("alpha", [("reservation", "a", NODES), ("vlan", "a", IDS)])
    book.hold(
        "alpha", [("reservation", "b", NODES), ("vlan", "b", IDS), ("reservation", "a", None), ("vlan", "a", None)]
    )
    assert book.holding("alpha", "reservation", "b") == NODES
    assert book.holding("alpha", "vlan", "b") == IDS
    assert book.holding("alpha", "vlan", "a") is None


def test_what_is_given_back_is_for_some_time_nobodys_but_its_last_holders(book: LeaseBook, clock: Clock) -> None:
    book.hold("alpha", [("lease", "lan", LEASE)])
    book.hold("alpha", [("lease", "lan", None)])
    with pytest.raises(Rejected, match=r"10\.136\.16\.1 is held by alpha"):
        book.hold("beta", [("lease", "lan", LEASE)])
    clock.now += timedelta(seconds=301)
    assert not book.taken("beta")[1]
    book.hold("beta", [("lease", "lan", LEASE)])
    assert book.holding("beta", "lease", "lan") == LEASE


def test_two_addresses_with_one_mac_are_never_both_held(book: LeaseBook) -> None:
    book.hold("alpha", [("lease", "lan", LEASE)])
    with pytest.raises(Rejected):
        book.hold("beta", [("lease", "lan", Lease((AddressRun("web", 0, FIRST + (1 << 24), 1),)))])
