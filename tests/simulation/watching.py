"""Who takes an experiment down when its time has come, also when nobody asks for anything: as ``watch`` does."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from reconciler.store.store import ExperimentRow
from tests.simulation.lifetimes import Life, check_due
from tests.simulation.people import BACKOFF_S, Person
from tests.simulation.scheduler import Steps
from tests.simulation.world import World

LOOK_S = 60.0
FORGOTTEN = timedelta(hours=1)
"""So long after its end nobody waits any more for what nobody takes down."""


@dataclass(slots=True)
class Watch:
    """``hand`` is what it starts reconcilers with; ``ends`` when what ``person`` wants was to end, as last seen.

    ``done`` once there is nothing left to wait for, or all was tried in quiet.
    """

    world: World
    person: Person
    done: bool = False
    hand: Person = field(init=False)
    ends: datetime | None = None
    gone_at: datetime | None = None
    _failures: int = 0
    _quiet_tries: int = 0

    def __post_init__(self) -> None:
        self.hand = Person(self.world, self.person.experiment, [])

    def begin(self) -> None:
        self.hand.task = self.world.scheduler.spawn(f"watch {self.person.experiment}", self._live())

    def _live(self) -> Steps:
        while not self._idle() and self._quiet_tries <= len(BACKOFF_S):
            life = self._life()
            term, row = life.term(), life.row()
            if term.span is not None:
                self.ends = term.span.ends
            if term.is_due(self._now()):
                check_due(term, self._now())
                yield from self._take_down(row)
            elif self.world.faults.quiet and term.span is not None and self._now() > term.span.ends + FORGOTTEN:
                break
            else:
                left_s = life.closes_in_s()
                yield max(min(LOOK_S, left_s), 0.001) if left_s > 0 else LOOK_S
        self.done = True

    def _take_down(self, row: ExperimentRow | None) -> Steps:
        since_s = self.person.since_s
        self.hand.end = yield from self.hand.attempt(None, row)
        if self.hand.end.converged or not self.lives():  # it may have died after its last word
            self._failures = self._quiet_tries = 0
            self.gone_at = self.world.utc()
            self.person.over = self.person.over or self.person.since_s == since_s
            return
        self.hand.catch_up()
        self._failures += 1
        if self.world.faults.quiet and not self._somebody_works():
            self._quiet_tries += 1
            self.hand.clear_up()
        yield BACKOFF_S[min(self._failures, len(BACKOFF_S)) - 1]

    def _life(self) -> Life:
        """By the document as it is now, and from the machine that it would act from."""
        me = self.world.machines.nobody(self.hand.next_machine())
        return Life(self.world.store_for(me, self._now), self.person.experiment, self.person.goal, self._now)

    def _now(self) -> datetime:
        skew_s = self.world.machines.skews_s.get(self.hand.next_machine(), 0.0)
        return self.world.utc() + timedelta(seconds=skew_s)

    def _idle(self) -> bool:
        """All has been asked for, nobody is at work or may yet come, and no life is to end."""
        return self.world.faults.quiet and self.person.done and not self._somebody_works() and not self.lives()

    def lives(self) -> bool:
        """Whether there is an end to come."""
        return self._life().term().span is not None

    def _somebody_works(self) -> bool:
        return any(p.end is None for p in self.world.processes if p.experiment == self.person.experiment)
