"""Waiting until something is possible, in a time of the test's own."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import pytest
import tenacity

from reconciler.model.errors import Locked, Rejected
from reconciler.transport.retry import retrying


@dataclass
class Time:
    now_s: float = 0.0
    pauses: list[float] = field(default_factory=list)
    passes: bool = True

    def __call__(self) -> float:
        return self.now_s

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now_s += seconds if self.passes else 0.0

    def waiting(self, deadline: float) -> tenacity.Retrying:
        return retrying(Locked, deadline=deadline, every_s=0.5, clock=self, pause=self.pause)


class Held:
    """Somebody has it for so many calls."""

    def __init__(self, calls: int) -> None:
        self.left, self.calls = calls, 0

    def __call__(self) -> str:
        self.calls += 1
        self.left -= 1
        if self.left >= 0:
            raise Locked(f"call {self.calls}")
        return "had"


def test_it_is_tried_until_it_succeeds() -> None:
    time = Time()
    assert time.waiting(2.0)(Held(3)) == "had"
    assert time.pauses == [0.5, 0.5, 0.5]


def test_at_the_deadline_the_last_error_comes_as_it_is() -> None:
    time, held = Time(), Held(99)
    with pytest.raises(Locked, match="call 5"):
        time.waiting(2.0)(held)
    assert time.now_s == 2.0


def test_without_patience_it_is_tried_once() -> None:
    held = Held(99)
    with pytest.raises(Locked):
        Time().waiting(0.0)(held)
    assert held.calls == 1


def test_another_error_is_not_waited_out() -> None:
    time = Time()

    def refuse() -> None:
        raise Rejected("no")

    with pytest.raises(Rejected):
        time.waiting(2.0)(refuse)
    assert time.pauses == []


def test_a_pause_that_returns_at_once_makes_nobody_call_in_a_hurry() -> None:
    time, held = Time(passes=False), Held(10**9)
    with pytest.raises(Locked):
        time.waiting(2.0)(held)
    assert held.calls == 5


def test_one_who_is_asked_to_stop_does_not_wait() -> None:
    time, held = Time(), Held(99)
    waiting = time.waiting(2.0)
    time.now_s = math.inf
    with pytest.raises(Locked):
        waiting(held)
    assert held.calls == 1
