"""Waiting until something is possible, in a time of the test's own."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pytest
import tenacity

from reconciler.model.errors import Locked, Rejected, Unreachable
from reconciler.transport.errors import Untrusted
from reconciler.transport.retry import polling, retrying


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


def test_after_the_last_try_the_last_error_comes_as_it_is() -> None:
    time, held = Time(), Held(99)
    waiting = retrying(Locked, deadline=math.inf, every_s=0.5, clock=time, pause=time.pause, tries=2)
    with pytest.raises(Locked, match="call 2"):
        waiting(held)
    assert time.pauses == [0.5]


def test_what_says_that_trying_again_is_of_no_use_is_not_tried_again() -> None:
    time = Time()

    def show_another_key() -> None:
        raise Untrusted("another key")

    with pytest.raises(Untrusted):
        retrying(Unreachable, deadline=2.0, every_s=0.5, clock=time, pause=time.pause)(show_another_key)
    assert time.pauses == []


def polls(time: Time, pending: list[str], deadline: float) -> Iterator[Sequence[str]]:
    return polling(lambda: pending, deadline=deadline, first_s=0.1, longest_s=0.2, clock=time, pause=time.pause)


def test_polling_slows_down_to_its_longest_pause() -> None:
    time = Time()
    assert len(list(polls(time, ["node"], 1.0))) == len(time.pauses)
    assert time.pauses == pytest.approx([0.1, 0.13, 0.169, 0.2, 0.2, 0.2, 0.2])


def test_polling_ends_with_the_last_that_is_pending() -> None:
    time, pending = Time(), ["a", "b"]
    assert [pending.pop() for _ in polls(time, pending, math.inf)] == ["b", "a"]
    assert len(time.pauses) == 2


@pytest.mark.parametrize(("pending", "now_s"), [([], 0.0), (["node"], 9.0), (["node"], math.inf)])
def test_where_there_is_nothing_to_wait_for_or_no_time_nobody_pauses(pending: list[str], now_s: float) -> None:
    time = Time(now_s)
    assert list(polls(time, pending, 9.0)) == []
    assert time.pauses == []
