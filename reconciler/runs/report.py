"""What a run tells while it goes on, to a terminal, an event stream or nobody: frozen values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from reconciler.engine.effects import Finished, RunEvent
from reconciler.model.errors import ReconcilerError
from reconciler.model.plan import Plan
from reconciler.runs.ending import Ending


@dataclass(frozen=True, slots=True)
class SavedPlanFits:
    """Planning again gave the saved plan."""

    experiment: str


@dataclass(frozen=True, slots=True)
class Proposed:
    """There is something to do, and this is it; ``saved`` says that it is a plan which was seen before."""

    experiment: str
    plan: Plan
    saved: bool = False


@dataclass(frozen=True, slots=True)
class RunStarted:
    experiment: str
    run: str


@dataclass(frozen=True, slots=True)
class RunEnded:
    ending: Ending
    finished: Finished


@dataclass(frozen=True, slots=True)
class RunAborted:
    """It ended with an error, and raises it; what it had under way is in the journal."""

    error: BaseException


@dataclass(frozen=True, slots=True)
class LifetimeOver:
    """It is taken down for that; ``applied`` tells that this became due while it was applied."""

    experiment: str
    applied: bool = False


@dataclass(frozen=True, slots=True)
class LockLost:
    """The run is being stopped, since the experiment is no longer its own.  Told by another thread than all else."""

    experiment: str
    error: ReconcilerError


RunReport: TypeAlias = (
    SavedPlanFits | Proposed | RunStarted | RunEvent | RunEnded | RunAborted | LifetimeOver | LockLost
)
Reporter: TypeAlias = Callable[[RunReport], None]


def ignore(report: RunReport) -> None:
    """For whoever wants the result only."""
