"""Intents: what is open after a crash, and how a look settles it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reconciler.model.address import Endpoint
from reconciler.model.change import Action, Change
from reconciler.model.errors import Locked, Refused, Rejected, Unreachable
from reconciler.model.outcome import Failed, Waiting
from reconciler.model.plan import Plan, Step
from reconciler.model.resource import Absent, Foreign, Present, Unknown
from reconciler.resources.reservation import Reservation
from reconciler.store.store import Store
from tests.planning.worlds import at, domain, plan_step, thing
from tests.store.stores import HandClock, HandMachine, make_store

A = thing("a")
LARGE = domain("a", 512)
CREATE = plan_step(Change(A, None, A.spec))
GROW = plan_step(Change(replace(A, spec=LARGE), A.spec, LARGE))
DELETE = plan_step(Change(A, A.spec, None))
FIRST, SECOND = HandMachine.process(41), HandMachine.process(42)


@pytest.fixture
def machine() -> HandMachine:
    made = HandMachine()
    made.as_(FIRST)
    return made


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def store(machine: HandMachine, clock: HandClock) -> Store:
    made = make_store(clock, machine=machine)
    epoch = made.lock("exp", "first")
    made.leases.hold("exp", [("reservation", "hosts", Reservation(("h1", "h2")))], epoch)
    return made


def rows(store: Store) -> list[tuple[str, str, str]]:
    with store._database.reading() as db:
        return db.execute("SELECT run, action, state FROM intents ORDER BY id").fetchall()


def plan_of(*steps: Step[Any]) -> Plan:
    return Plan({step.change.address: step for step in steps}, {step.change.address: frozenset() for step in steps})


def dies(store: Store, machine: HandMachine) -> None:
    """The first run's process ends; a second run takes over."""
    machine.dead.add(41)
    machine.as_(SECOND)
    store.lock("exp", "second")


def test_what_is_decided_is_prepared_and_not_open(store: Store) -> None:
    store.prepare("first", plan_of(CREATE))
    assert rows(store) == [("first", "create", "prepared")]
    assert store.allocations("exp").open == {} and store.allocations("exp").recorded == {}


def test_a_later_pass_replaces_what_an_earlier_one_prepared(store: Store) -> None:
    store.prepare("first", plan_of(CREATE))
    store.prepare("first", plan_of(DELETE))
    assert rows(store) == [("first", "delete", "prepared")]


def test_nothing_to_write_is_not_written(store: Store) -> None:
    before = store.serial("exp")
    store.prepare("first", Plan({}, {}))
    store.resolve("first", {at("a"): Present(A.spec)})
    assert store.serial("exp") == before


def test_what_is_issued_is_open_and_prepared_no_more(store: Store) -> None:
    store.prepare("first", plan_of(CREATE))
    store.issue("first", [CREATE])
    assert rows(store) == [("first", "create", "issued")]
    (intent,) = store.allocations("exp").open.values()
    assert (intent.action, intent.endpoint, intent.run, intent.accepted, intent.doubtful) == (
        Action.CREATE,
        A.endpoint,
        "first",
        False,
        False,
    )


def test_accepted_work_stays_open_with_its_ticket(store: Store) -> None:
    store.issue("first", [CREATE])
    store.settle("first", [(CREATE, Waiting(at("a"), "imaging", 5.0, ticket="wid-7"))])
    (intent,) = store.allocations("exp").open.values()
    assert intent.accepted and intent.ticket == "wid-7"


def test_a_lost_reply_leaves_it_open_with_the_ticket_it_may_have(store: Store) -> None:
    store.issue("first", [CREATE])
    store.settle("first", [(CREATE, Failed(at("a"), Unreachable("cut"), unsure=True, ticket="wid-8"))])
    (intent,) = store.allocations("exp").open.values()
    assert not intent.accepted and intent.ticket == "wid-8"


@pytest.mark.parametrize(
    ("step", "seen", "state"),
    [
        (CREATE, Present(A.spec), "done"),
        (CREATE, Absent(), "absent"),
        (CREATE, Unknown("?"), "issued"),
        (CREATE, Foreign("x"), "issued"),
        (GROW, Present(LARGE), "done"),
        (GROW, Present(A.spec), "absent"),
        (GROW, Present(domain("a", 1024)), "absent"),
        (GROW, Absent(), "absent"),
        (DELETE, Absent(), "done"),
        (DELETE, Present(A.spec), "absent"),
    ],
)
def test_a_look_behind_a_barrier_settles_what_a_dead_run_left(
    store: Store, machine: HandMachine, step: Step[Any], seen: Any, state: str
) -> None:
    store.prepare("first", Plan({}, {}, record=(A,)))
    store.issue("first", [step])
    dies(store, machine)
    assert list(store.allocations("exp").open) == [at("a")]
    store.resolve("second", {at("a"): seen})
    assert rows(store) == [("first", step.change.action.value, state)]
    assert bool(store.allocations("exp").open) == (state == "issued")


def test_what_was_intended_is_recorded_whole_when_it_is_seen(store: Store, machine: HandMachine) -> None:
    store.prepare("first", Plan({}, {}, record=(A,)))
    moved = replace(A, spec=LARGE, endpoint=Endpoint("xen", "h2"), needs=frozenset({at("z")}), carrier=at("z"))
    store.issue("first", [plan_step(Change(moved, A.spec, LARGE))])
    assert store.allocations("exp").intended == {at("a"): moved}
    dies(store, machine)
    store.resolve("second", {at("a"): Present(LARGE)})
    assert store.allocations("exp").recorded == {at("a"): moved} and store.allocations("exp").intended == {}


def test_what_was_intended_is_dropped_when_it_is_as_before(store: Store, machine: HandMachine) -> None:
    store.prepare("first", Plan({}, {}, record=(A,)))
    store.issue("first", [GROW])
    dies(store, machine)
    store.resolve("second", {at("a"): Present(A.spec)})
    assert store.allocations("exp").recorded == {at("a"): A} and store.allocations("exp").intended == {}


def test_both_are_kept_when_it_is_neither(store: Store, machine: HandMachine) -> None:
    store.prepare("first", Plan({}, {}, record=(A,)))
    store.issue("first", [GROW])
    dies(store, machine)
    store.resolve("second", {at("a"): Present(domain("a", 1024))})
    assert store.allocations("exp").intended == {at("a"): replace(A, spec=LARGE)}


def test_what_a_run_left_that_may_still_act_is_doubtful_and_stays_open(
    store: Store, machine: HandMachine, clock: HandClock
) -> None:
    store.issue("first", [CREATE])
    machine.as_(HandMachine.process(9, "far-away"))
    clock.advance(seconds=100)
    store.lock("exp", "second")
    (intent,) = store.allocations("exp").open.values()
    assert intent.doubtful
    store.resolve("second", {at("a"): Present(A.spec)})
    assert list(store.allocations("exp").open) == [at("a")]
    with pytest.raises(Refused, match="run second is alive"):
        store.release_lock("exp", proved_dead=True)
    store.unlock("exp", "second")
    store.release_lock("exp", proved_dead=True)
    epoch = store.lock("exp", "third")
    assert not store.allocations("exp").open[at("a")].doubtful and store.allocations("exp").fence.epoch == epoch
    store.resolve("third", {at("a"): Present(A.spec)})
    assert store.allocations("exp").open == {}


def test_a_run_that_went_on_elsewhere_and_ended_is_no_longer_doubtful(
    store: Store, machine: HandMachine, clock: HandClock
) -> None:
    store.issue("first", [CREATE])
    machine.as_(HandMachine.process(9, "far-away"))
    clock.advance(seconds=100)
    store.lock("exp", "second")
    store.unlock("exp", "first")
    assert not store.allocations("exp").open[at("a")].doubtful


def test_a_death_that_was_seen_once_is_known_everywhere(store: Store, machine: HandMachine) -> None:
    store.issue("first", [CREATE])
    dies(store, machine)
    store.unlock("exp", "second")
    machine.as_(HandMachine.process(9, "far-away"))
    store.lock("exp", "third")
    assert not store.allocations("exp").open[at("a")].doubtful


def test_who_lost_the_experiment_settles_nothing(store: Store, machine: HandMachine) -> None:
    store.prepare("first", Plan({}, {}, record=(A,)))
    store.issue("first", [DELETE])
    dies(store, machine)
    with pytest.raises(Locked):
        store.settle("first", [(DELETE, Waiting(at("a"), "?", 1.0))])
    with pytest.raises(Locked):
        store.resolve("first", {at("a"): Absent()})
    assert rows(store) == [("first", "delete", "issued")] and store.allocations("exp").recorded == {at("a"): A}


def test_what_the_books_gave_is_settled_with_it(store: Store) -> None:
    nodes = thing("hosts", kind="reservation", spec=Reservation(("n-1",)))
    store.issue("first", [plan_step(Change(nodes, None, nodes.spec))])
    store.leases.hold("exp", [("reservation", "hosts", nodes.spec)], store.allocations("exp").fence.epoch)
    assert store.allocations("exp").open == {} and rows(store) == [("first", "create", "done")]


def test_who_lost_the_experiment_takes_nothing_for_it(store: Store, machine: HandMachine) -> None:
    epoch = store.allocations("exp").fence.epoch
    dies(store, machine)
    for late in (epoch, 0):
        with pytest.raises(Locked):
            store.leases.hold("exp", [("reservation", "hosts", Reservation(("n-1",)))], late)
    assert [row.what for row in store.leases.rows()] == ["h1", "h2"]


def test_the_book_says_which_acquisition_and_which_database_it_is_of(store: Store) -> None:
    mine = store.allocations("exp").fence.epoch
    later = store.lock("other", "first")
    assert [store.allocations(name).fence.epoch for name in ("exp", "other", "third")] == [mine, later, later]
    assert (
        store.allocations("exp").fence.lineage
        == store.allocations("third").fence.lineage
        != make_store().allocations("exp").fence.lineage
    )


def test_after_a_call_that_may_still_land_the_run_goes_on_under_a_later_epoch(store: Store) -> None:
    first = store.allocations("exp").fence.epoch
    store.issue("first", [CREATE])
    store.settle("first", [(CREATE, Failed(at("a"), Unreachable("no way there")))])
    assert store.allocations("exp").fence.epoch == first, "nothing of it can land"
    store.issue("first", [CREATE])
    store.settle("first", [(CREATE, Failed(at("a"), Unreachable("cut"), unsure=True))])
    assert store.allocations("exp").fence.epoch > first
    with pytest.raises(Locked):
        store.leases.hold("exp", [("reservation", "hosts", None)], first)
    store.leases.hold("exp", [("reservation", "hosts", None)], store.allocations("exp").fence.epoch)


def test_what_a_refused_update_intended_is_remembered_until_the_old_is_seen_again(store: Store) -> None:
    store.prepare("first", Plan({}, {}, record=(A,)))
    store.issue("first", [GROW])
    store.settle("first", [(GROW, Failed(at("a"), Rejected("half of it")))])
    assert at("a") in store.allocations("exp").intended and not store.allocations("exp").open
    store.resolve("first", {at("a"): Present(domain("a", 384))})
    assert at("a") in store.allocations("exp").intended
    store.resolve("first", {at("a"): Present(A.spec)})
    assert store.allocations("exp").intended == {} and store.allocations("exp").recorded == {at("a"): A}
