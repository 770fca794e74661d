"""How a run is going over its passes: what each came to, whether another is of use, and when."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from reconciler.model.address import Address
from reconciler.model.errors import Refused
from reconciler.model.outcome import Done, Failed, Outcome, Waiting
from reconciler.model.plan import Plan, Step
from reconciler.resources.kinds import HOLDING

PATIENCE_S = 3600.0
"""A run that waits so long for a device without any progress gives up; the next one goes on."""
_BACKOFF_S = (0.5, 1.0, 2.0, 4.0)
_AGAIN = 4


@dataclass(slots=True)
class PassResult:
    """What one pass came to."""

    done: set[Address] = field(default_factory=set)
    failed: dict[Address, str] = field(default_factory=dict)
    retryable: bool = False
    retry_in_s: float | None = None
    changed: int = 0

    def note(self, step: Step[Any], outcome: Outcome) -> None:
        match outcome:
            case Done(address):
                self.done.add(address)
                self.changed += 1
            case Waiting(_, _, retry_in_s):
                self.retry_in_s = min(retry_in_s, self.retry_in_s or retry_in_s)
            case Failed(address, error, unsure):
                self.failed[address] = str(error)
                # a refused image may succeed on the next try, or on a spare; an address that another has is chosen anew
                taken = address.kind in HOLDING and not isinstance(error, Refused)
                self.retryable |= error.retryable or unsure or taken

    def hopeless(self, plan: Plan) -> bool:
        """Everything that was tried was refused, and trying again is of no use."""
        return bool(plan.steps) and not self.done and not self.retryable and self.retry_in_s is None


@dataclass(slots=True)
class RunProgress:
    progressed_s: float
    idle: int = 0
    changed: int = 0
    failed: dict[Address, str] = field(default_factory=dict)
    made: Counter[Address] = field(default_factory=Counter)

    def add(self, plan: Plan, pass_result: PassResult, now_s: float) -> None:
        self.changed += pass_result.changed
        self.made.update(pass_result.done & plan.steps.keys())
        self.failed = {a: error for a, error in self.failed.items() if a not in pass_result.done} | pass_result.failed
        self.failed |= {
            a: f"applied {count} times and found changed again each time; something else changes it"
            for a, count in self.made.items()
            if count >= _AGAIN
        }
        if pass_result.done:
            self.progressed_s = now_s
        waits = pass_result.retry_in_s is not None or plan.retry_in_s is not None
        self.idle = 0 if pass_result.done else self.idle + (not waits)

    def over(self, plan: Plan, pass_result: PassResult) -> bool:
        """Nothing more can come of it: nothing to do, only refusals, no progress, or the same thing over and over."""
        nothing = not plan.steps and plan.retry_in_s is None and not pass_result.done
        restless = max(self.made.values(), default=0) >= _AGAIN
        return nothing or restless or self.idle > len(_BACKOFF_S) or pass_result.hopeless(plan)

    def pause_s(self, plan: Plan, pass_result: PassResult) -> float | None:
        """How long to wait before the next pass; None when it may begin at once."""
        asked = [wait for wait in (plan.retry_in_s, pass_result.retry_in_s) if wait is not None]
        if not asked and (pass_result.failed or not pass_result.done):
            asked = [_BACKOFF_S[min(self.idle, len(_BACKOFF_S)) - 1]]
        return min(asked, default=None)
