"""One loop, virtual time: picks which of the ready tasks goes on next; the same choices give the same history."""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Generator
from heapq import heappop, heappush
from math import inf
from random import Random

PARKED = inf
"""Yielded by a task that waits until somebody wakes it."""

Steps = Generator[float, None, None]


class OutOfTime(Exception):
    """The simulated world did not come to rest."""


class Task:
    """A generator that yields for how many seconds it sleeps: 0 lets others go first."""

    __slots__ = ("alive", "frozen_until", "name", "steps", "ticket")

    def __init__(self, name: str, steps: Steps) -> None:
        self.name, self.steps = name, steps
        self.alive, self.frozen_until, self.ticket = True, 0.0, 0

    def __lt__(self, other: Task) -> bool:
        return self.name < other.name


class Scheduler:
    """``chance`` picks among ready tasks; without it the one that has waited longest goes first."""

    def __init__(self, chance: Random | None) -> None:
        self.now_s = 0.0
        self.steps_taken = 0
        self._chance = chance
        self._ready: list[Task] = []
        self._timers: list[tuple[float, int, Task]] = []
        self._count = 0
        self._current: Task | None = None

    def spawn(self, name: str, steps: Steps, delay_s: float = 0.0) -> Task:
        task = Task(name, steps)
        self._sleep(task, delay_s)
        return task

    def wake(self, task: Task) -> None:
        """Have a sleeping or parked task go on now; nothing happens to one that is ready or over."""
        if task.alive and task.ticket >= 0 and task is not self._current:
            self._sleep(task, 0.0)

    def end(self, task: Task) -> None:
        """The task is gone: it does nothing more, not even tidy up."""
        task.alive = False

    def freeze(self, task: Task, until_s: float) -> None:
        task.frozen_until = max(task.frozen_until, until_s)

    def run(self, until_s: float, limit: int, after_step: Callable[[], None], over: Callable[[], bool]) -> None:
        """Let tasks go on until ``over`` says so.

        Raises:
            OutOfTime: ``until_s`` of virtual time or ``limit`` steps were not enough.
        """
        while not over():
            task = self._next(until_s)
            if task is None:
                return
            self.steps_taken += 1
            if self.steps_taken > limit:
                raise OutOfTime(f"no rest after {limit} steps, {self.now_s:.0f} s")
            self._step(task)
            after_step()

    def _step(self, task: Task) -> None:
        if task.frozen_until > self.now_s:
            self._sleep(task, task.frozen_until - self.now_s)
            return
        self._current = task
        try:
            delay_s = next(task.steps)
        except StopIteration:
            task.alive = False
            return
        finally:
            self._current = None
        if task.alive:
            self._sleep(task, delay_s)

    def _sleep(self, task: Task, delay_s: float) -> None:
        self._count += 1
        task.ticket = self._count  # an earlier timer of the same task counts no more
        if delay_s <= 0.0:
            task.ticket = -self._count
            if self._chance is None:
                self._ready.append(task)
            else:
                insort(self._ready, task)
        elif delay_s != PARKED:
            heappush(self._timers, (self.now_s + delay_s, self._count, task))

    def _next(self, until_s: float) -> Task | None:
        while True:
            while self._timers and self._timers[0][0] <= self.now_s:
                self._due()
            if self._ready:
                ready = self._ready
                task = ready.pop(int(self._chance.random() * len(ready)) if self._chance else 0)
                if task.alive:
                    task.ticket = 0
                    return task
                continue
            if not self._timers:
                return None
            if self._timers[0][0] > until_s:
                raise OutOfTime(f"no rest after {until_s:.0f} s")
            self.now_s = max(self.now_s, self._timers[0][0])

    def _due(self) -> None:
        _, ticket, task = heappop(self._timers)
        if task.alive and task.ticket == ticket:
            self._sleep(task, 0.0)
