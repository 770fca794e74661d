"""A state database that is older than the devices: nothing is done with it until a person says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from reconciler.model.errors import Refused
from reconciler.model.plan import Plan
from reconciler.store.database import Database
from reconciler.store.store import Store
from tests.planning.worlds import thing
from tests.store.stores import HandClock, HandMachine, make_store

FOUND = "sw-1.lille: port e1 has epoch 900000 of exp"
LATER = 900_000


@pytest.fixture
def store() -> Store:
    made = make_store()
    made.lock("exp", "run")
    return made


ACTS: dict[str, Callable[[Store], Any]] = {
    "lock": lambda store: store.lock("other", "second"),
    "beat": lambda store: store.beat("exp", "run"),
    "write down": lambda store: store.prepare("run", Plan({}, {}, record=(thing("b"),))),
    "lease": lambda store: store.leases.hold("exp", [], store.allocations("exp").fence.epoch),
    "lease by hand": lambda store: store.leases.hold("other", [], 0),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_after_a_mark_that_is_in_no_book_nothing_is_done_for_any_experiment(
    store: Store, act: Callable[[Store], Any]
) -> None:
    store.report_unknown_epoch("run", "exp", LATER, FOUND)
    with pytest.raises(Refused, match="port e1 has epoch 900000 of exp, the database knows"):
        act(store)


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_a_mark_of_a_run_that_has_taken_over_stops_nobody_else(store: Store, act: Callable[[Store], Any]) -> None:
    store.report_unknown_epoch("run", "exp", store.allocations("exp").fence.epoch, FOUND)
    act(store)


def test_a_run_that_waits_for_an_answer_may_go_and_what_is_there_can_be_read(store: Store) -> None:
    store.report_unknown_epoch("run", "exp", LATER, FOUND)
    assert [row.run for row in store.locks()] == ["run"]
    assert store.allocations("exp").recorded == {}
    store.unlock("exp", "run")


def test_a_mark_between_two_acquisitions_of_ours_is_of_other_times_however_much_others_acquired(store: Store) -> None:
    lost = store.allocations("exp").fence.epoch + 1
    store.lock("other", "second")
    store.unlock("exp", "run")
    assert store.lock("exp", "third") > lost
    store.report_unknown_epoch("third", "exp", lost, FOUND)
    with pytest.raises(Refused):
        store.lock("other", "fourth")


def test_a_person_who_says_go_on_gets_epochs_above_every_mark_that_was_met(store: Store) -> None:
    store.report_unknown_epoch("run", "exp", LATER, FOUND)
    store.report_unknown_epoch("run", "exp", LATER + 5, FOUND)
    assert store.catch_up() == LATER + 5
    assert store.locks() == [], "who had an experiment had it under the old epochs"
    assert store.lock("exp", "second") > LATER + 5
    known = store.allocations("exp").fence.known_acquisitions
    assert known is not None and known.has("exp", LATER + 5) and known.has("unheard of", LATER)
    assert store.catch_up() is None


def test_many_acquisitions_are_no_reason_to_know_an_epoch_between_them(store: Store) -> None:
    epochs: list[int] = []
    for number in range(10):
        store.unlock("exp", "run")
        epochs.append(store.lock("exp", f"run {number}"))
        store.release_lock("exp")
    known = store.allocations("exp").fence.known_acquisitions
    assert known is not None
    assert all(known.has("exp", epoch) for epoch in epochs)
    assert not any(known.has("exp", epoch + 1) for epoch in epochs)


def test_what_is_kept_of_acquisitions_does_not_grow_for_ever(store: Store) -> None:
    for _ in range(60):
        store.lock("exp", "run")
    known = store.allocations("exp").fence.known_acquisitions
    assert known is not None and len(known.of["exp"].latest) < 20
    assert known.has("exp", known.of["exp"].known)


def test_a_copy_that_was_put_back_finds_what_was_made_after_it() -> None:
    database = Database(None)
    first = Store(database, HandClock(), HandMachine())
    first.lock("exp", "one")
    first.unlock("exp", "one")
    image = database.image()
    lost = first.lock("exp", "two")
    copy = Store(Database(None, image), HandClock(), HandMachine())
    for number in range(5):
        copy.lock("exp", f"again {number}")
        known = copy.allocations("exp").fence
        assert known.why_refused("exp", lost)
        copy.unlock("exp", f"again {number}")
