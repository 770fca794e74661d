"""A run says that it lives, and stops when it lost its experiment."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import pytest

from reconciler.model.errors import Interrupted, Locked, Unreachable
from reconciler.runs import lock
from reconciler.runs.context import Stop
from reconciler.runs.report import LockLost, RunReport, ignore
from tests.store.stores import HandClock, make_store


class HandStop(Stop):
    """Pauses move the clock that ``now_s`` tells; ``then`` is done after the first."""

    def __init__(self) -> None:
        super().__init__()
        self.paused_s: list[float] = []
        self.then = lambda: None

    def pause(self, seconds: float) -> None:
        self.paused_s.append(seconds)
        if len(self.paused_s) == 1:
            self.then()


@pytest.fixture
def context(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(lock, "BEAT_S", 0.01)
    clock = HandClock()
    stop = HandStop()
    return SimpleNamespace(store=make_store(clock), stop=stop, clock=clock, now_s=lambda: sum(stop.paused_s))


def until(happened: Any) -> None:
    deadline = time.monotonic() + 10
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_a_run_that_is_long_silent_on_its_devices_keeps_its_lock(context: Any) -> None:
    def refused() -> bool:
        with pytest.raises(Locked):
            context.store.lock("exp", "second")
        return True

    beats = []
    real = context.store.beat
    context.store.beat = lambda *names: (real(*names), beats.append(1))
    with lock.locked(context, "exp", "first", 0, ignore):
        for _ in range(3):
            context.clock.advance(seconds=80)
            seen = len(beats)
            until(lambda seen=seen: len(beats) > seen + 1)
            assert refused()
    context.store.lock("exp", "second")


def test_a_server_that_is_away_for_a_moment_does_not_end_the_beat(context: Any) -> None:
    answers = iter([Unreachable("the server is away"), Unreachable("still")])
    beats = []
    real = context.store.beat

    def beat(*names: str) -> None:
        error = next(answers, None)
        if error is not None:
            raise error
        real(*names)
        beats.append(1)

    context.store.beat = beat
    with lock.locked(context, "exp", "first", 0, ignore):
        until(lambda: len(beats) > 1)
    assert not context.stop()


def test_a_run_that_lost_its_lock_is_told_and_stopped(context: Any) -> None:
    told: list[RunReport] = []
    with lock.locked(context, "exp", "first", 0, told.append):
        context.store.unlock("exp", "first")
        context.store.lock("exp", "second")
        until(context.stop)
    (lost,) = told
    assert isinstance(lost, LockLost) and lost.experiment == "exp" and "taken over" in str(lost.error)
    with pytest.raises(Locked, match="second"):
        context.store.lock("exp", "third")


def test_a_lock_lost_by_one_run_does_not_stop_the_next(context: Any) -> None:
    with lock.locked(context, "exp", "first", 0, ignore):
        context.store.unlock("exp", "first")
        context.store.lock("exp", "second")
        until(context.stop)
        assert isinstance(context.stop.because, Locked)
    assert not context.stop() and context.stop.because is None


def test_what_a_person_stopped_stays_stopped_whatever_was_lost(context: Any) -> None:
    with lock.locked(context, "exp", "first", 0, ignore):
        context.store.unlock("exp", "first")
        context.store.lock("exp", "second")
        until(context.stop)
        context.stop.set()
    assert context.stop() and context.stop.because is None


def test_waiting_for_a_lock_ends_when_it_is_given_up(context: Any) -> None:
    context.store.lock("exp", "first")
    context.stop.then = lambda: context.store.unlock("exp", "first")
    with lock.locked(context, "exp", "second", 10, ignore):
        pass
    assert context.stop.paused_s == [0.2]


def test_a_lock_is_waited_for_until_its_deadline(context: Any) -> None:
    context.store.lock("exp", "first")
    with pytest.raises(Locked, match="locked by run first"), lock.locked(context, "exp", "second", 0.5, ignore):
        raise AssertionError("never inside")
    assert context.stop.paused_s == [0.2, 0.2, 0.2]


def test_who_is_asked_to_stop_waits_for_no_lock(context: Any) -> None:
    context.store.lock("exp", "first")
    context.stop.then = context.stop.set
    with pytest.raises(Interrupted, match="stopped while waiting"), lock.locked(context, "exp", "second", 60, ignore):
        raise AssertionError("never inside")
    assert context.stop.paused_s == [0.2]


def test_without_patience_a_held_lock_is_refused_at_once(context: Any) -> None:
    context.store.lock("exp", "first")
    with pytest.raises(Locked), lock.locked(context, "exp", "second", 0, ignore):
        raise AssertionError("never inside")
