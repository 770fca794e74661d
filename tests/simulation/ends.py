"""How a process ended, and what it hears of its calls."""

from __future__ import annotations

from dataclasses import dataclass

from reconciler.engine.effects import Answered, Ended, Event, Finished, Heard
from reconciler.model.errors import ReconcilerError
from tests.simulation.call import Call


@dataclass(frozen=True, slots=True)
class End:
    """How a process ended; ``reasons`` say what is not as wanted, and why.

    ``over``: its lifetime has ended, and nothing of it is left.  ``expired_claims``: it died, and none is started.
    """

    converged: bool
    reasons: tuple[str, ...] = ()
    died: bool = False
    over: bool = False
    expired_claims: bool = False


def event_of(call: Call, said: object) -> Event:
    if isinstance(said, tuple):
        return Heard(*said)
    if call.asks:
        return Answered(call.endpoint, said)  # type: ignore[arg-type]  # what a device answers
    return Ended(call.endpoint, said if isinstance(said, ReconcilerError) else None)


def ended_by(error: ReconcilerError) -> End:
    return End(False, (f"{type(error).__name__}: {error}",))


def end_of(finished: Finished) -> End:
    plan = finished.decision.plan
    why = {
        **plan.waiting,
        **{address: str(part) for address, part in plan.pending.items()},
        **plan.unknown,
        **plan.foreign,
        **finished.held_back,
        **finished.failed,
    }
    reasons = tuple(f"{address}: {reason}" for address, reason in sorted(why.items()))
    if finished.interrupted:
        reasons = (*reasons, "interrupted")
    return End(finished.converged, reasons)
