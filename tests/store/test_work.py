"""The queue: each experiment is looked after by one reconciler at a time, and none is forgotten."""

from __future__ import annotations

import pytest

from reconciler.model.errors import Locked
from reconciler.store.store import Store
from tests.store.stores import HandClock, HandMachine, make_store

FIRST, SECOND = HandMachine.process(41), HandMachine.process(42)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def machine() -> HandMachine:
    made = HandMachine()
    made.as_(FIRST)
    return made


@pytest.fixture
def store(clock: HandClock, machine: HandMachine) -> Store:
    made = make_store(clock, machine=machine)
    for name in ("a", "b"):
        made.enqueue(name)
        clock.advance(seconds=1)
    return made


def test_who_waits_longest_comes_first_and_each_goes_to_one(store: Store) -> None:
    assert [store.claim("first"), store.claim("first"), store.claim("second")] == ["a", "b", None]


def test_what_was_looked_after_is_over(store: Store) -> None:
    assert store.claim("first") == "a"
    store.complete("first", "a")
    assert [store.claim("first"), store.claim("first")] == ["b", None]


def test_asking_twice_is_asking_once(store: Store) -> None:
    store.enqueue("a")
    assert [store.claim("first"), store.claim("first"), store.claim("first")] == ["a", "b", None]


def test_what_is_asked_for_while_it_is_looked_after_comes_again(store: Store) -> None:
    assert store.claim("first") == "a"
    store.enqueue("a")
    assert store.claim("second") == "b"
    store.complete("first", "a")
    assert store.claim("second") == "a"
    store.complete("second", "a")
    assert store.claim("first") is None


def test_a_claim_of_a_run_that_died_is_free_again(store: Store, machine: HandMachine) -> None:
    assert store.claim("first") == "a"
    machine.dead.add(41)
    machine.as_(SECOND)
    assert store.claim("second") == "a"
    with pytest.raises(Locked, match="no longer claimed by run first"):
        store.complete("first", "a")


def test_a_claim_of_a_silent_run_is_free_again_and_one_that_beats_is_not(
    store: Store, clock: HandClock, machine: HandMachine
) -> None:
    assert store.claim("first") == "a"
    store.lock("a", "first")
    assert store.claim("silent") == "b"
    machine.as_(HandMachine.process(9, "far-away"))
    for _ in range(3):
        clock.advance(seconds=40)
        store.beat("a", "first")
    assert store.claim("second") == "b"
    assert store.claim("second") is None


def test_waiting_for_work_ends(store: Store) -> None:
    store.await_work(0.01)
