"""Exit codes: one table for people, for ``--help`` and for the code."""

from __future__ import annotations

from enum import IntEnum

from reconciler.model.errors import Exhausted, Fenced, Locked, ReconcilerError, Refused, SpecError, Stale


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


def exit_of(error: ReconcilerError) -> Exit:
    match error:
        case SpecError():
            return Exit.INVALID
        case Refused():
            return Exit.REFUSED
        case Stale():
            return Exit.STALE
        case Locked() | Exhausted() | Fenced():
            return Exit.HELD
    return Exit.FAILED


def worst(codes: list[Exit]) -> Exit:
    """Over several experiments: any failure beats 2, and 2 beats 0."""
    failures = [code for code in codes if code not in (Exit.OK, Exit.DIFFERENT)]
    if failures:
        return failures[0]
    return Exit.DIFFERENT if Exit.DIFFERENT in codes else Exit.OK
