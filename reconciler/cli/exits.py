"""Exit codes: one table for people, for ``--help`` and for the code."""

from __future__ import annotations

from enum import IntEnum
from signal import SIGTERM
from typing import TYPE_CHECKING

from reconciler.cli import signals

if TYPE_CHECKING:
    from reconciler.model.errors import ReconcilerError
    from reconciler.runs.ending import Ending


class Exit(IntEnum):
    OK = 0
    FAILED = 1
    DIFFERENT = 2
    PARTIAL = 3
    INVALID = 4
    REFUSED = 5
    STALE = 6
    HELD = 7
    TIMED_OUT = 8
    PAUSED = 9
    USAGE = 64
    INTERRUPTED = 130
    TERMINATED = 143


TABLE = """\b
Exit codes:
    0  done; converged; no differences
    1  failed for a reason without its own code
    2  differences or drift present (plan --detailed-exitcode; always from diff and drift)
    3  some resources failed or were skipped
    4  a document is invalid
    5  refused by policy, protection, ownership or quota
    6  the saved plan is stale or foreign
    7  a lock or a lease is held by another
    8  deadline passed
   64  usage error
  130  interrupted (143: terminated), after a graceful stop"""


def exit_of_ending(ending: Ending) -> Exit:
    """What is interrupted was asked to by a signal: SIGTERM has a code of its own."""
    from reconciler.runs.ending import Ending

    exits = {
        Ending.CONVERGED: Exit.OK,
        Ending.FAILED: Exit.FAILED,
        Ending.PARTIAL: Exit.PARTIAL,
        Ending.INVALID: Exit.INVALID,
        Ending.REFUSED: Exit.REFUSED,
        Ending.STALE: Exit.STALE,
        Ending.HELD: Exit.HELD,
        Ending.TIMED_OUT: Exit.TIMED_OUT,
        Ending.INTERRUPTED: Exit.TERMINATED if signals.last == SIGTERM else Exit.INTERRUPTED,
    }
    return exits[ending]


def exit_of(error: ReconcilerError) -> Exit:
    from reconciler.runs.ending import ending_of_error

    return exit_of_ending(ending_of_error(error))


def worst(codes: list[Exit]) -> Exit:
    """Over several experiments: any failure beats 2, and 2 beats 0."""
    failures = [code for code in codes if code not in (Exit.OK, Exit.DIFFERENT)]
    if failures:
        return failures[0]
    return Exit.DIFFERENT if Exit.DIFFERENT in codes else Exit.OK
