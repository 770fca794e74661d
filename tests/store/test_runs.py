"""Who has an experiment, since which acquisition, and whether a run is over for certain."""

from __future__ import annotations

import pytest

from reconciler.model.errors import Locked, Refused
from reconciler.model.plan import Plan
from reconciler.store.database import Database
from reconciler.store.store import Store
from tests.planning.worlds import thing
from tests.store.stores import HandClock, HandMachine, make_store

FIRST, SECOND = HandMachine.process(41), HandMachine.process(42)
FAR = HandMachine.process(7, "far-away")


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def machine() -> HandMachine:
    return HandMachine()


@pytest.fixture
def store(clock: HandClock, machine: HandMachine) -> Store:
    made = make_store(clock, machine=machine)
    machine.as_(FIRST)
    made.lock("exp", "first")
    machine.as_(SECOND)
    return made


def test_every_acquisition_has_a_later_epoch_whatever_the_experiment(store: Store) -> None:
    epochs = [store.allocations("exp").fence.epoch, store.lock("other", "second"), store.lock("third", "second")]
    store.unlock("third", "second")
    epochs.append(store.lock("third", "third"))
    assert epochs == sorted(set(epochs))


def test_two_copies_of_one_database_do_not_go_on_with_the_same_epochs(clock: HandClock, machine: HandMachine) -> None:
    before = Database(None)
    Store(before, clock, machine).lock("other", "earlier")
    after = [Store(Database(None, before.image()), clock, machine).lock("exp", f"run {n}") for n in range(20)]
    assert len(set(after)) == 20


def test_a_refused_acquisition_has_none(store: Store) -> None:
    with pytest.raises(Locked):
        store.lock("exp", "second")
    assert store.allocations("exp").fence.epoch == store.allocations("nobody's").fence.epoch


def test_a_live_holder_is_named_with_host_run_and_age(store: Store, clock: HandClock) -> None:
    clock.advance(seconds=30)
    said = r"exp is locked by run first on here \(process 41\) for 30 s, last heartbeat 30 s ago; wait, or use"
    with pytest.raises(Locked, match=said):
        store.lock("exp", "second")
    store.lock("other", "second")


def test_a_dead_holders_lock_is_taken_over_at_once(store: Store, machine: HandMachine) -> None:
    machine.dead.add(41)
    store.lock("exp", "second")
    with pytest.raises(Locked, match="taken over by another run"):
        store.prepare("first", Plan({}, {}, record=(thing("b"),)))
    assert store.allocations("exp").recorded == {}


def test_a_holder_of_an_earlier_boot_is_dead(store: Store, machine: HandMachine) -> None:
    machine.as_(HandMachine.process(41, boot="b2"))
    before = store.allocations("exp").fence.epoch
    assert store.lock("exp", "second") > before


def test_a_holder_elsewhere_loses_its_lock_only_after_its_silence(
    store: Store, clock: HandClock, machine: HandMachine
) -> None:
    machine.as_(FAR)
    clock.advance(seconds=80)
    with pytest.raises(Locked, match="locked by run first on here"):
        store.lock("exp", "second")
    clock.advance(seconds=20)
    store.lock("exp", "second")


def test_a_run_that_says_it_lives_keeps_its_lock_however_long_it_takes(store: Store, clock: HandClock) -> None:
    for _ in range(10):
        clock.advance(seconds=60)
        store.beat("exp", "first")
    with pytest.raises(Locked, match="run first"):
        store.lock("exp", "second")


def test_a_beat_of_a_run_that_lost_its_lock_says_so(store: Store, machine: HandMachine) -> None:
    machine.dead.add(41)
    store.lock("exp", "second")
    with pytest.raises(Locked, match="taken over"):
        store.beat("exp", "first")


def test_unlocking_gives_up_only_ones_own_lock(store: Store) -> None:
    store.unlock("exp", "second")
    with pytest.raises(Locked):
        store.lock("exp", "second")
    store.unlock("exp", "first")
    store.lock("exp", "second")


def test_locks_are_listed_with_their_holders(store: Store, machine: HandMachine) -> None:
    later = store.lock("other", "second")
    machine.dead.add(41)
    assert [(row.experiment, row.run, row.epoch, row.machine, row.pid, row.over) for row in store.locks()] == [
        ("exp", "first", store.allocations("exp").fence.epoch, "here", 41, True),
        ("other", "second", later, "here", 42, False),
    ]


def test_a_person_may_take_a_lock_away(store: Store) -> None:
    released = store.release_lock("exp")
    assert released is not None and released.run == "first"
    assert store.locks() == [] and store.release_lock("exp") is None
    store.lock("exp", "second")
    with pytest.raises(Locked):
        store.beat("exp", "first")


def test_nobody_says_dead_of_a_process_that_is_seen_to_live(store: Store, machine: HandMachine) -> None:
    with pytest.raises(Refused, match="run first is alive: process 41 on this machine; end it first"):
        store.release_lock("exp", proved_dead=True)
    assert [row.run for row in store.locks()] == ["first"]
    machine.as_(FAR)
    assert store.release_lock("exp", proved_dead=True)


def test_the_serial_grows_with_everything_a_run_writes(store: Store) -> None:
    serials = [store.serial("exp")]
    store.prepare("first", Plan({}, {}, record=(thing("b"),)))
    serials.append(store.serial("exp"))
    store.leases.hold("exp", [], store.allocations("exp").fence.epoch)
    serials.append(store.serial("exp"))
    assert serials == [1, 2, 3] and store.serial("other") == 0
