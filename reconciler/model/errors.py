"""Errors, by the one question a caller asks: is trying again any use?"""

from __future__ import annotations

from reconciler.model.diagnostic import Diagnostic


class ReconcilerError(Exception):
    """Anything we raise on purpose."""

    retryable = False


class SpecError(ReconcilerError):
    """The user's files are wrong; ``diagnostics`` says where, in file order."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__("\n".join(map(str, diagnostics)))
        self.diagnostics = diagnostics


class DependencyCycle(ReconcilerError):
    """The needs of these resources form a circle."""


class Unreachable(ReconcilerError):
    """The device did not answer, or not in time.  Whether it did what was asked is not known."""

    retryable = True


class Rejected(ReconcilerError):
    """The device answered, and said no.  Nothing was changed."""


class Faulty(Rejected):
    """One device of many failed at it, by itself: another try, or another device, may do better."""

    retryable = True


class Outdated(Rejected):
    """The device is not as it was when the step was planned.  Nothing was changed; looking again and planning helps."""

    retryable = True


class Unreadable(ReconcilerError):
    """The device answered something we cannot read.  Nothing may be concluded from it."""

    retryable = True


class Refused(ReconcilerError):
    """We will not do it: policy, protection, ownership or quota."""


class NotFound(ReconcilerError):
    """What was asked for by a name or a pattern is not there: a mistake in the request, and no empty answer."""


class Interrupted(ReconcilerError):
    """A run was asked to stop before it began; nothing was done."""


class NotInstalled(ReconcilerError):
    """An optional part of this program is not installed; the message names the extra that brings it."""


class Stale(ReconcilerError):
    """A saved plan no longer fits the world."""


class Locked(ReconcilerError):
    """Another run holds the experiment."""

    retryable = True


class Fenced(ReconcilerError):
    """A device carries the mark of an acquisition that is later than ours, or that our state database knows nothing of.

    This run was overtaken, or its state is an old copy.  ``found`` says what is marked how.
    """

    def __init__(self, found: str, why: str, experiment: str, epoch: int) -> None:
        super().__init__(f"{found}, and {why}")
        self.found, self.why, self.experiment, self.epoch = found, why, experiment, epoch


class Exhausted(ReconcilerError):
    """A pool has too few free items; the message names pool, demand and holders."""
