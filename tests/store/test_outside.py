"""Goods of people who do not use this tool, and of strangers."""

from __future__ import annotations

import pytest

from reconciler.model.errors import Rejected
from reconciler.resources.holding import AddressRun, Lease, Reservation
from reconciler.store.leases import LeaseBook
from tests.store.stores import HandClock, make_database

FIRST = 0x0A881001
NODES = Reservation(("n-1", "n-2"))
LEASE = Lease((AddressRun("web", 0, FIRST, 2),))


@pytest.fixture
def book() -> LeaseBook:
    return LeaseBook(make_database(), HandClock())


def test_reservations_of_people_are_nobody_elses(book: LeaseBook) -> None:
    book.reserve("ipv4", [FIRST + 1, FIRST], "alice", "printer")
    assert [(row.what, row.mac, row.experiment, row.holder, row.member, row.state) for row in book.rows()] == [
        ("10.136.16.1", "", "", "alice", "printer", "outside"),
        ("10.136.16.2", "", "", "alice", "printer", "outside"),
    ]
    assert book.taken("alpha")[1] == {FIRST: "alice", FIRST + 1: "alice"}
    with pytest.raises(Rejected, match=r"10\.136\.16\.1 is held by alice"):
        book.hold("alpha", [("lease", "lan", LEASE)])
    assert book.unreserve("ipv4", [FIRST, FIRST + 1, FIRST + 2]) == 2
    book.hold("alpha", [("lease", "lan", LEASE)])
    assert book.unreserve("ipv4", [FIRST]) == 0, "what an experiment holds is not given up like that"
    with pytest.raises(Rejected, match=r"held by alpha; nothing was reserved"):
        book.reserve("ipv4", [FIRST + 5, FIRST], "alice", "printer")
    assert book.holding("alpha", "lease", "lan") == LEASE and len(book.rows()) == 2


def test_nodes_can_be_kept_for_people_too(book: LeaseBook) -> None:
    book.reserve("node", ["n-1"], "bob", "demo")
    with pytest.raises(Rejected, match="node n-1 is held by bob: demo"):
        book.hold("alpha", [("reservation", "hosts", NODES)])
    assert book.unreserve("node", ["n-1"]) == 1
    book.hold("alpha", [("reservation", "hosts", NODES)])


def test_an_address_that_a_stranger_uses_is_taken_from_who_holds_it(book: LeaseBook) -> None:
    book.hold("alpha", [("lease", "lan", LEASE)])
    book.mark_foreign("ipv4", FIRST, "domU ghost on griffon-9")
    assert book.holding("alpha", "lease", "lan") == Lease((AddressRun("web", 1, FIRST + 1, 1),))
    assert book.taken("alpha")[1] == {FIRST: "(foreign)"}
    moved = Lease((AddressRun("web", 0, FIRST + 2, 1), AddressRun("web", 1, FIRST + 1, 1)))
    book.hold("alpha", [("lease", "lan", moved)])
    book.hold("alpha", [("lease", "lan", None)])
    assert [(row.what, row.holder, row.member) for row in book.rows()] == [
        ("10.136.16.1", "(foreign)", "domU ghost on griffon-9")
    ]


def test_an_outsiders_address_says_nothing_of_macs(book: LeaseBook) -> None:
    book.reserve("ipv4", [FIRST + (1 << 24)], "alice", "router")
    book.hold("alpha", [("lease", "lan", LEASE)])
