"""When an experiment ends, and from when on nothing is made that could not be taken down before.  Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from reconciler.model.errors import Refused

TEARDOWN = timedelta(minutes=5)
"""What taking down may need: domUs, one commit a switch, leases.  Of short lifetimes a tenth."""


@dataclass(frozen=True, slots=True)
class LifetimeWindow:
    """``began`` is when the experiment was first applied in this life."""

    began: datetime
    walltime: timedelta

    @property
    def ends(self) -> datetime:
        return self.began + self.walltime

    @property
    def closes(self) -> datetime:
        """From here on nothing is made any more, and what is to go at the end goes."""
        return self.ends - min(TEARDOWN, self.walltime / 10)


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long an experiment is to live: ``span`` is None before its life has begun, and for one without a walltime.

    ``destroys``: at the end it is taken down.
    """

    span: LifetimeWindow | None
    destroys: bool

    @classmethod
    def of(cls, began: datetime | None, walltime: timedelta | None, *, destroys: bool) -> Lifetime:
        """By its document as it is now: a walltime that was changed counts from the same beginning."""
        span = None if began is None or walltime is None else LifetimeWindow(began, walltime)
        return cls(span, destroys)

    def is_due(self, now: datetime) -> bool:
        """Whether it has to be taken down now, so as to be gone when its lifetime ends."""
        return self.destroys and self.span is not None and self.span.closes <= now

    def refuse_if_over(self, name: str, now: datetime) -> None:
        """Raises Refused: nothing is applied to an experiment whose lifetime has ended."""
        if self.span is not None and self.span.ends <= now:
            raise Refused(
                f"{name}: its lifetime ended at {self.span.ends:%Y-%m-%d %H:%M} UTC;"
                " raise lifetime.walltime, or `reconciler destroy` it"
            )

    def refuse_if_taken_down(self, name: str, later: Lifetime, now: datetime) -> None:
        """``later`` is what became of it while a run waited for the experiment.

        Raises:
            Refused: it was taken down at its end; who asked before does not have it made again.
        """
        if self.is_due(now) and later.span is None:
            raise Refused(
                f"{name}: the lifetime ended while this run waited for the lock; apply again to start a new one"
            )

    def closes_in_s(self, now: datetime) -> float:
        """For how long things may still be made; infinite without an end, negative when it is too late."""
        return float("inf") if self.span is None else (self.span.closes - now).total_seconds()
