"""The exit code of a run that is over: why it did not get what it wanted, where there is one reason for it."""

from __future__ import annotations

from collections.abc import Mapping

from reconciler.cli.exits import Exit, exit_of
from reconciler.engine.effects import Finished
from reconciler.model.address import Address
from reconciler.model.errors import ReconcilerError, Rejected
from reconciler.resources.kinds import HOLDING


def code_of(finished: Finished, failed: Mapping[Address, ReconcilerError], stopped: Exit) -> Exit:
    """``failed`` are the last errors of steps, ``stopped`` is the code of whatever would have stopped the run."""
    if finished.converged:
        return Exit.OK
    if finished.interrupted:
        return stopped
    if finished.timed_out:
        return Exit.TIMED_OUT
    plan = finished.decision.plan
    left = {address: error for address, error in failed.items() if finished.failed.get(address) == str(error)}
    if finished.held_back or plan.foreign or left.keys() != finished.failed.keys() | plan.unknown.keys():
        return Exit.PARTIAL
    return code_of_failures(left)


def code_of_failures(failed: Mapping[Address, ReconcilerError]) -> Exit:
    """Where all of it was refused, or all of it is another's, that; else some of it failed."""
    codes = {_code_of_failure(address, error) for address, error in failed.items()}
    return codes.pop() if len(codes) == 1 else Exit.PARTIAL


def _code_of_failure(address: Address, error: ReconcilerError) -> Exit:
    if isinstance(error, Rejected) and address.kind in HOLDING:
        return Exit.HELD  # the state database rejects nothing but what another has
    code = exit_of(error)
    return code if code in (Exit.REFUSED, Exit.HELD) else Exit.PARTIAL
