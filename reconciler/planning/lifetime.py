"""When an experiment ends, and from when on nothing is made that could not be taken down before.  Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

TEARDOWN = timedelta(minutes=5)
"""What taking down may need: domUs, one commit a switch, leases.  Of short lifetimes a tenth."""


@dataclass(frozen=True, slots=True)
class Span:
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
