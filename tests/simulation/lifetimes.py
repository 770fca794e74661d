"""What must hold of time: nothing is made that could not be taken down before the end, and nothing goes too soon."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from reconciler.model.change import Action, Change
from reconciler.model.plan import Impact, Step
from reconciler.planning.lifetime import Lifetime
from reconciler.resources.domain import Domain
from reconciler.resources.lease import AddressRange, Lease
from reconciler.resources.reservation import Reservation
from reconciler.resources.switch import SwitchSlice
from reconciler.resources.vlan import Vlan
from reconciler.store.store import ExperimentRow, Store
from tests.simulation.checkers import Violation
from tests.simulation.documents import Goal

OPEN = 0.9
"""The part of a life, of one below 50 minutes, in which things may be made."""
ROUNDING = timedelta(milliseconds=1)


def closes(began: datetime, walltime: timedelta) -> datetime:
    """Worked out anew: the product's own way is what is checked."""
    return began + walltime * OPEN


@dataclass(frozen=True, slots=True)
class Life:
    """What a process knows of its experiment's life, by its own clock and its own documents."""

    store: Store
    experiment: str
    goal: Goal | None
    clock: Callable[[], datetime]

    def row(self) -> ExperimentRow | None:
        return self.store.experiment(self.experiment)

    def term(self) -> Lifetime:
        row = self.row()
        return Lifetime.of(row.created_at if row is not None else None, walltime(self.goal), destroys=True)

    def closes_in_s(self) -> float:
        return self.term().closes_in_s(self.clock())

    def check_steps(self, steps: Iterable[Step[Any]], decided: datetime) -> None:
        """``decided`` is when: what came between that and now, a pause say, was not in anybody's runner."""
        span = self.term().span if walltime(self.goal) is not None else None
        if span is not None:
            _check_steps(steps, decided - closes(span.began, span.walltime))


def walltime(goal: Goal | None) -> timedelta | None:
    return None if goal is None or goal.walltime_min is None else timedelta(minutes=goal.walltime_min)


def check_due(term: Lifetime, now: datetime) -> None:
    """Somebody begins to take down an experiment because its time has come."""
    if term.span is None or now < closes(term.span.began, term.span.walltime) - ROUNDING:
        raise Violation("walltime", "an experiment is taken down before its time")


def _check_steps(steps: Iterable[Step[Any]], late: timedelta) -> None:
    for step in steps if late >= ROUNDING else ():
        if makes(step):
            late_s = late.total_seconds()
            raise Violation("walltime", f"{step.change.address} is made, {late_s:.0f} s after its experiment closed")


def makes(step: Step[Any]) -> bool:
    """Whether something is there afterwards that was not before."""
    change: Change[Any] = step.change
    if change.action is not Action.UPDATE:
        return change.action is Action.CREATE
    match change.before, change.after:
        case Reservation(before), Reservation(after):
            return not set(after) <= set(before)
        case Lease(before), Lease(after):
            return not _pairs(after) <= _pairs(before)
        case Vlan(before), Vlan(after):
            return not set(after) <= set(before)
        case SwitchSlice() as before, SwitchSlice() as after:
            return not {port.port for port in after.ports} <= {port.port for port in before.ports}
        case Domain(state="off"), _:
            return True
    return step.impact is Impact.REPLACE


def _pairs(runs: Iterable[AddressRange]) -> set[tuple[str, int]]:
    return {pair for run in runs for pair in run.pairs()}
