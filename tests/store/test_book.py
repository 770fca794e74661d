"""What the store knows of an experiment, as one value."""

from dataclasses import replace
from datetime import UTC, datetime

from reconciler.model.address import Address, Endpoint
from reconciler.model.change import Cause, Change
from reconciler.model.outcome import Done
from reconciler.model.plan import Plan, Step
from reconciler.model.resource import Resource
from reconciler.resources.domain import Domain
from reconciler.resources.reservation import Reservation
from reconciler.store.store import Store
from tests.store.stores import make_database

SMALL = Domain("e-web-0", "u", "/k", "", "", 256, 1, ())
LARGE = replace(SMALL, memory_mib=512)
ADDRESS = Address("domain", "e", "web-0")
RECORDED = Resource(ADDRESS, Endpoint("xen", "griffon-1.nancy"), SMALL, frozenset({Address("host", "e", "griffon-1")}))
UPDATE = Step(Change(replace(RECORDED, spec=LARGE), SMALL, LARGE, Cause.EDIT), ())


def make_store() -> Store:
    store = Store(make_database(), lambda: datetime(2026, 11, 1, tzinfo=UTC))
    epoch = store.lock("e", "run")
    store.leases.hold("e", [("reservation", "hosts", Reservation(("griffon-1.nancy",)))], epoch)
    store.prepare("run", Plan(steps={}, after={}, record=(RECORDED,)))
    return store


def test_an_update_under_way_is_known_by_both_its_states() -> None:
    store = make_store()
    store.issue("run", [UPDATE])
    allocations = store.allocations("e")
    assert allocations.recorded == {ADDRESS: RECORDED}
    assert allocations.intended == {ADDRESS: replace(RECORDED, spec=LARGE)}


def test_an_update_that_is_done_is_recorded_and_no_longer_intended() -> None:
    store = make_store()
    store.issue("run", [UPDATE])
    store.settle("run", [(UPDATE, Done(ADDRESS))])
    allocations = store.allocations("e")
    assert allocations.recorded == {ADDRESS: replace(RECORDED, spec=LARGE)}
    assert allocations.intended == {}


def test_another_experiment_is_not_in_the_book() -> None:
    assert make_store().allocations("other").recorded == {}
