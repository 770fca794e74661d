"""How a run ended: why it did not get what it wanted, where there is one reason for it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

from reconciler.model.address import Address
from reconciler.model.errors import (
    Exhausted,
    Fenced,
    Interrupted,
    Locked,
    ReconcilerError,
    Refused,
    Rejected,
    SpecError,
    Stale,
)
from reconciler.resources.kinds import HOLDING

if TYPE_CHECKING:
    from reconciler.engine.effects import Finished


class Ending(StrEnum):
    CONVERGED = "converged"
    FAILED = "failed"
    """For a reason that has no name of its own here."""
    PARTIAL = "partial"
    """Some resources failed, were left out or could not be observed."""
    INVALID = "invalid"
    REFUSED = "refused"
    """By policy, protection, ownership, quota, or by whoever was asked."""
    STALE = "stale"
    """The saved plan no longer fits."""
    HELD = "held"
    """A lock or a lease is another's."""
    TIMED_OUT = "timed-out"
    INTERRUPTED = "interrupted"
    """It was asked to stop."""


def ending_of(finished: Finished, failed: Mapping[Address, ReconcilerError], because: ReconcilerError | None) -> Ending:
    """``failed`` are the last errors of steps; ``because`` is why the run could not go on, if it was stopped for that.

    Where it was stopped without such a reason, somebody asked for it.
    """
    if finished.converged:
        return Ending.CONVERGED
    if finished.interrupted:
        return Ending.INTERRUPTED if because is None else ending_of_error(because)
    if finished.timed_out:
        return Ending.TIMED_OUT
    plan = finished.decision.plan
    left = {address: error for address, error in failed.items() if finished.failed.get(address) == str(error)}
    if (
        finished.held_back
        or plan.pending
        or plan.foreign
        or left.keys() != finished.failed.keys() | plan.unknown.keys()
    ):
        return Ending.PARTIAL
    return ending_of_failures(left)


def ending_of_failures(failed: Mapping[Address, ReconcilerError]) -> Ending:
    """Where all of it was refused, or all of it is another's, that; else some of it failed."""
    endings = {_ending_of_failure(address, error) for address, error in failed.items()}
    return endings.pop() if len(endings) == 1 else Ending.PARTIAL


def _ending_of_failure(address: Address, error: ReconcilerError) -> Ending:
    if isinstance(error, Rejected) and address.kind in HOLDING:
        return Ending.HELD  # the state database rejects nothing but what another has
    ending = ending_of_error(error)
    return ending if ending in (Ending.REFUSED, Ending.HELD) else Ending.PARTIAL


def ending_of_error(error: ReconcilerError) -> Ending:
    """Of a run, or of any other request, that ended with this error."""
    match error:
        case SpecError():
            return Ending.INVALID
        case Refused():
            return Ending.REFUSED
        case Stale():
            return Ending.STALE
        case Locked() | Exhausted() | Fenced():
            return Ending.HELD
        case Interrupted():
            return Ending.INTERRUPTED
    return Ending.FAILED
