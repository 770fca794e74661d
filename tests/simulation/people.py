"""Those who want something, and start reconcilers until it is so, or it is said why not."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import suppress
from dataclasses import dataclass

from reconciler.model.errors import Refused
from reconciler.store.store import ExperimentRow, Store
from tests.simulation.documents import Goal
from tests.simulation.plans import Wish
from tests.simulation.process import End
from tests.simulation.scheduler import PARKED, Steps, Task
from tests.simulation.world import World

QUIET_TRIES = 4
BACKOFF_S = (2.0, 10.0, 30.0, 60.0, 120.0, 300.0)


@dataclass(slots=True)
class Person:
    """``done`` once the last wish is true, or everything was tried in quiet; ``end`` is how the last try ended.

    ``changed``: somebody changed something during that try.  ``over``: the lifetime of what is wanted has ended, and
    it was taken down; nobody makes it again until something else is wanted.  ``since_s``: since when it is wanted.
    """

    world: World
    experiment: str
    wishes: list[Wish]
    done: bool = False
    end: End | None = None
    goal: Goal | None = None
    starts: int = 0
    changed: bool = True
    over: bool = False
    since_s: float = 0.0
    task: Task | None = None

    def begin(self) -> None:
        self.task = self.world.scheduler.spawn(f"person {self.experiment}", self._live())

    def _live(self) -> Steps:
        for index, wish in enumerate(self.wishes):
            following = self.wishes[index + 1].at_s if index + 1 < len(self.wishes) else None
            now_s = self.world.scheduler.now_s
            if wish.at_s > now_s:
                yield wish.at_s - now_s
            self.goal, self.over, self.since_s = wish.goal, False, self.world.scheduler.now_s
            yield from self._insist(wish, following)
        self.done = True

    def _insist(self, wish: Wish, until_s: float | None) -> Generator[float, None, None]:
        quiet_tries = failures = 0
        while not self.over:
            quiet = self.world.faults.quiet
            self.end = yield from self.attempt(wish.goal)
            self.over = self.over or self.end.over
            if self.end.converged or self.end.expired_claims:
                return
            if until_s is not None and self.world.scheduler.now_s >= until_s:
                return
            self.catch_up()
            failures += 1
            quiet_tries += quiet
            if quiet_tries >= QUIET_TRIES:
                return
            if quiet:
                self.clear_up()
            yield BACKOFF_S[min(failures, len(BACKOFF_S)) - 1]

    def attempt(self, goal: Goal | None, due: ExperimentRow | None = None) -> Generator[float, None, End]:
        """Start a reconciler, and wait for its end."""
        process = self.world.start(self.experiment, goal, self.next_machine(), due)
        self.starts += 1
        if self.task is not None:
            self.world.watchers[process.name] = self.task
        before = self.world.changes
        while process.end is None:
            yield PARKED
        self.changed = self.world.changes != before
        return process.end

    def next_machine(self) -> str:
        return f"m{self.starts % self.world.history.machines}"

    def clear_up(self) -> None:
        """What only a person can know: that a run on another machine is dead."""
        if any(p.end is None for p in self.world.processes if p.experiment == self.experiment):
            return
        with suppress(Refused):
            self._store().release_lock(self.experiment, proved_dead=True)

    def catch_up(self) -> None:
        """What only a person can know: that there is no later state than the one that was put back."""
        if self.end is not None and any("Refused: state database is older" in reason for reason in self.end.reasons):
            self._store().catch_up()
            self.world.checkers.caught_up()

    def _store(self) -> Store:
        here = self.world.machines.start("desk")
        store = self.world.store_for(here, self.world.utc)
        self.world.machines.end(here)
        return store
