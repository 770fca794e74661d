"""What a project may hold, counted in the transaction that takes."""

from __future__ import annotations

import pytest

from reconciler.model.errors import Refused
from reconciler.resources.lease import AddressRange, Lease
from reconciler.resources.reservation import Reservation
from reconciler.resources.vlan import Vlan
from reconciler.store.quotas import ENDLESS, EVERY, Quota
from reconciler.store.store import Store
from tests.store.stores import HandClock, make_database

FIRST = 0x0A881001


@pytest.fixture
def store() -> Store:
    made = Store(make_database(), HandClock())
    made.leases.set_quota(EVERY, Quota(nodes=2, addresses=10, vlans=1))
    made.leases.set_quota("big", Quota(nodes=100, addresses=ENDLESS))
    for name, project in (("one", "lab"), ("two", "lab"), ("three", "big")):
        made.begin(name, "d", None, "keep", project)
    return made


def addresses(first: int, count: int) -> tuple[str, str, Lease]:
    return "lease", "lan", Lease((AddressRange("vm", 0, FIRST + first, count),))


def test_all_experiments_of_a_project_count_together(store: Store) -> None:
    store.leases.hold("one", [addresses(0, 6)])
    said = "project lab may hold 10 addresses, and with two would hold 11; destroy an experiment of it"
    with pytest.raises(Refused, match=said):
        store.leases.hold("two", [addresses(6, 5)])
    assert store.leases.rows("two") == []
    store.leases.hold("two", [addresses(6, 4)])
    store.leases.hold("one", [addresses(0, 5)])
    store.leases.hold("two", [addresses(6, 5)])


def test_nodes_and_ids_count_too_and_an_s_tag_is_no_id_of_a_site(store: Store) -> None:
    store.leases.hold("one", [("reservation", "h", Reservation(("n-1", "n-2")))])
    with pytest.raises(Refused, match="may hold 2 nodes, and with two would hold 3"):
        store.leases.hold("two", [("reservation", "h", Reservation(("n-3",)))])
    store.leases.hold("one", [("vlan", "lan", Vlan((("stag:wan", 1000), ("vlan:lille", 700))))])
    with pytest.raises(Refused, match="may hold 1 VLAN ids, and with two would hold 2"):
        store.leases.hold("two", [("vlan", "lan", Vlan((("vlan:lille", 701),)))])


def test_a_project_of_its_own_has_limits_of_its_own(store: Store) -> None:
    store.leases.hold("three", [addresses(0, 200)])


def test_what_was_never_begun_is_of_no_project_and_limited_all_the_same(store: Store) -> None:
    store.leases.hold("stray", [addresses(0, 10)])
    with pytest.raises(Refused, match=r"project \(none\) may hold 10 addresses"):
        store.leases.hold("stray", [addresses(0, 11)])


def test_giving_back_is_never_refused(store: Store) -> None:
    store.leases.hold("one", [addresses(0, 10)])
    store.begin("four", "d", None, "keep", "big")
    store.leases.hold("four", [addresses(10, 20)])
    store.begin("four", "d", None, "keep", "lab")
    store.leases.hold("four", [addresses(10, 15)])
    with pytest.raises(Refused):
        store.leases.hold("four", [addresses(10, 16)])


def test_limits_are_listed_changed_and_lifted(store: Store) -> None:
    assert list(store.leases.quotas()) == [EVERY, "big"]
    store.leases.set_quota("big", Quota(nodes=1))
    with pytest.raises(Refused, match="may hold 1 nodes"):
        store.leases.hold("three", [("reservation", "h", Reservation(("n-1", "n-2")))])
    store.leases.set_quota("big", Quota())
    assert list(store.leases.quotas()) == [EVERY]


def test_what_is_not_limited_by_a_project_itself_is_limited_as_everyones(store: Store) -> None:
    with pytest.raises(Refused, match="project big may hold 1 VLAN ids"):
        store.leases.hold("three", [("vlan", "lan", Vlan((("vlan:lille", 700), ("vlan:nancy", 701))))])
