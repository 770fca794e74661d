"""A run says that it lives, and stops when it lost its experiment."""

from __future__ import annotations

import threading
import time
from types import SimpleNamespace
from typing import Any

import pytest

from reconciler.cli import locking
from reconciler.model.errors import Locked
from reconciler.wiring import Stop
from tests.store.stores import HandClock, make_store


@pytest.fixture
def context(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(locking, "BEAT_S", 0.01)
    clock = HandClock()
    return SimpleNamespace(store=make_store(clock), stop=Stop(), clock=clock)


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
    with locking.locked(context, "exp", "first", 0):
        for _ in range(3):
            context.clock.advance(seconds=80)
            seen = len(beats)
            until(lambda seen=seen: len(beats) > seen + 1)
            assert refused()
    context.store.lock("exp", "second")


def test_a_run_that_lost_its_lock_is_stopped(context: Any, capsys: pytest.CaptureFixture[str]) -> None:
    with locking.locked(context, "exp", "first", 0):
        context.store.unlock("exp", "first")
        context.store.lock("exp", "second")
        until(context.stop)
    assert "taken over" in capsys.readouterr().err
    with pytest.raises(Locked, match="second"):
        context.store.lock("exp", "third")


def test_a_lock_lost_by_one_run_does_not_stop_the_next(context: Any) -> None:
    with locking.locked(context, "exp", "first", 0):
        context.store.unlock("exp", "first")
        context.store.lock("exp", "second")
        until(context.stop)
        assert isinstance(context.stop.because, Locked)
    assert not context.stop() and context.stop.because is None


def test_what_a_person_stopped_stays_stopped_whatever_was_lost(context: Any) -> None:
    with locking.locked(context, "exp", "first", 0):
        context.store.unlock("exp", "first")
        context.store.lock("exp", "second")
        until(context.stop)
        context.stop.set()
    assert context.stop() and context.stop.because is None


def test_waiting_for_a_lock_ends_when_it_is_given_up(context: Any) -> None:
    context.store.lock("exp", "first")
    timer = threading.Timer(0.3, context.store.unlock, ("exp", "first"))
    timer.start()
    with locking.locked(context, "exp", "second", 10):
        pass
    timer.join()


def test_without_patience_a_held_lock_is_refused_at_once(context: Any) -> None:
    context.store.lock("exp", "first")
    with pytest.raises(Locked), locking.locked(context, "exp", "second", 0):
        raise AssertionError("never inside")
