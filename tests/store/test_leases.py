"""What is held: rows under a constraint, given all or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from reconciler.model.errors import Rejected
from reconciler.resources.lease import AddressRange, Lease
from reconciler.resources.reservation import Reservation
from reconciler.resources.vlan import Vlan
from reconciler.store.database import Database
from reconciler.store.leases import LeaseStore
from reconciler.store.numbers import bind
from reconciler.store.sql import Contention, Sql
from tests.store.stores import make_database

FIRST = 0x0A881001
NODES = Reservation(("n-1", "n-2"))
IDS = Vlan((("vlan:lille", 700),))
LEASE = Lease((AddressRange("web", 0, FIRST, 2),))


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
def allocations(clock: Clock) -> LeaseStore:
    return LeaseStore(make_database(), clock)


def use(allocations: LeaseStore) -> None:
    """As when a device of alpha's is about to be changed."""
    with allocations._database.transaction() as db:
        bind(db, "alpha")


class Contended(Database):
    """Another program is in the way for so many transactions."""

    left = 0

    @contextmanager
    def transaction(self) -> Iterator[Sql]:
        self.left -= 1
        if self.left >= 0:
            raise Contention(f"{self.left} left")
        with super().transaction() as db:
            yield db


def test_what_another_program_hinders_is_tried_five_times(clock: Clock) -> None:
    database = Contended(None)
    allocations = LeaseStore(database, clock)
    database.left = 5
    with pytest.raises(Contention, match="0 left"):
        allocations.hold("alpha", [("vlan", "lan", IDS)])
    database.left = 4
    allocations.hold("alpha", [("vlan", "lan", IDS)])
    assert allocations.holding("alpha", "vlan", "lan") == IDS


def test_several_things_are_held_at_once(allocations: LeaseStore) -> None:
    allocations.hold("alpha", [("reservation", "hosts", NODES), ("vlan", "lan", IDS), ("lease", "lan", LEASE)])
    assert allocations.holding("alpha", "reservation", "hosts") == NODES
    assert allocations.holding("alpha", "vlan", "lan") == IDS
    assert allocations.holding("alpha", "lease", "lan") == LEASE


def test_who_does_not_get_all_gets_nothing_and_is_told_who_has_it(allocations: LeaseStore) -> None:
    allocations.hold("alpha", [("vlan", "lan", IDS)])
    with pytest.raises(Rejected, match="vlan:lille 700 is held by alpha"):
        allocations.hold("beta", [("reservation", "hosts", NODES), ("lease", "lan", LEASE), ("vlan", "lan", IDS)])
    assert not allocations.rows("beta")


def test_one_resource_may_take_what_another_gives_up_whatever_their_order(allocations: LeaseStore) -> None:
    allocations.hold("alpha", [("reservation", "a", NODES), ("vlan", "a", IDS)])
    allocations.hold(
        "alpha", [("reservation", "b", NODES), ("vlan", "b", IDS), ("reservation", "a", None), ("vlan", "a", None)]
    )
    assert allocations.holding("alpha", "reservation", "b") == NODES
    assert allocations.holding("alpha", "vlan", "b") == IDS
    assert allocations.holding("alpha", "vlan", "a") is None


def test_what_is_given_back_is_for_some_time_nobodys_but_its_last_holders(
    allocations: LeaseStore, clock: Clock
) -> None:
    allocations.hold("alpha", [("lease", "lan", LEASE)])
    use(allocations)
    allocations.hold("alpha", [("lease", "lan", None)])
    with pytest.raises(Rejected, match=r"10\.136\.16\.1 is held by alpha"):
        allocations.hold("beta", [("lease", "lan", LEASE)])
    clock.now += timedelta(seconds=301)
    assert not allocations.taken("beta")[1]
    allocations.hold("beta", [("lease", "lan", LEASE)])
    assert allocations.holding("beta", "lease", "lan") == LEASE


def test_two_addresses_with_one_mac_are_never_both_held(allocations: LeaseStore) -> None:
    allocations.hold("alpha", [("lease", "lan", LEASE)])
    with pytest.raises(Rejected):
        allocations.hold("beta", [("lease", "lan", Lease((AddressRange("web", 0, FIRST + (1 << 24), 1),)))])


def test_what_no_device_ever_used_is_free_at_once(allocations: LeaseStore) -> None:
    allocations.hold("alpha", [("lease", "lan", LEASE), ("vlan", "lan", IDS)])
    assert {row.state for row in allocations.rows()} == {"reserved"}
    allocations.hold("alpha", [("lease", "lan", None), ("vlan", "lan", None)])
    allocations.hold("beta", [("lease", "lan", LEASE), ("vlan", "lan", IDS)])
    assert allocations.holding("beta", "lease", "lan") == LEASE


def test_what_was_used_stays_used_when_its_last_holder_takes_it_again(allocations: LeaseStore) -> None:
    allocations.hold("alpha", [("lease", "lan", LEASE)])
    use(allocations)
    allocations.hold("alpha", [("lease", "lan", None)])
    allocations.hold("alpha", [("lease", "other", LEASE)])
    assert {row.state for row in allocations.rows()} == {"bound"}
    allocations.hold("alpha", [("lease", "other", None)])
    assert {row.state for row in allocations.rows()} == {"quarantine"}
    with pytest.raises(Rejected):
        allocations.hold("beta", [("lease", "lan", LEASE)])


def test_a_lease_that_shrinks_and_grows_keeps_what_stays(allocations: LeaseStore) -> None:
    long = Lease((AddressRange("web", 0, FIRST, 100),))
    holes = Lease((AddressRange("web", 0, FIRST, 10), AddressRange("web", 50, FIRST + 50, 20)))
    for wanted in (long, holes, long, LEASE, holes):
        allocations.hold("alpha", [("lease", "lan", wanted)])
        assert allocations.holding("alpha", "lease", "lan") == wanted


def test_a_member_may_change_its_address_and_an_address_its_member(allocations: LeaseStore) -> None:
    allocations.hold("alpha", [("lease", "lan", LEASE)])
    turned = Lease(
        (AddressRange("db", 0, FIRST + 1, 1), AddressRange("web", 0, FIRST + 2, 1), AddressRange("web", 1, FIRST, 1))
    )
    allocations.hold("alpha", [("lease", "lan", turned)])
    assert allocations.holding("alpha", "lease", "lan") == turned
