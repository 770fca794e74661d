"""Under which acquisition a device is asked or changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Acquired:
    """Epochs of one experiment: the first and last of its latest acquisitions; those before had at most ``known``."""

    known: int
    latest: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Acquisitions:
    """What the database knows of acquisitions, by experiment.  Marks up to ``floor`` are right: a person said so."""

    of: Mapping[str, Acquired] = field(default_factory=dict)
    floor: int = 0

    def has(self, experiment: str, epoch: int) -> bool:
        """Whether a mark of this experiment and epoch may be of this state database.

        If not, they are a copy from before the mark was set; also when others have acquired much since.
        """
        found = self.of.get(experiment, Acquired(0))
        return epoch <= max(found.known, self.floor) or any(first <= epoch <= last for first, last in found.latest)


@dataclass(frozen=True, slots=True)
class Fence:
    """What a device needs to tell a run from one that was overtaken, and both from one with an old database.

    ``epoch`` numbers acquisitions, over all experiments of one database: whoever took an experiment later has the
    higher one.  ``lineage`` names that database; epochs of different ones say nothing about each other.
    ``barrier``: an earlier call may still be on its way to this device; before it is read, prove that none can land
    any more, and raise the epoch of what is ours there.  ``tickets`` are the names under which the device accepted
    work whose end is not known (a deployer's workflows).  ``known_acquisitions`` None: not asked about marks.
    """

    epoch: int
    lineage: str = ""
    barrier: bool = False
    tickets: tuple[str, ...] = ()
    known_acquisitions: Acquisitions | None = None

    @property
    def short_lineage(self) -> str:
        """As marks on devices have it."""
        return self.lineage[:8]

    def why_refused(self, experiment: str, epoch: int) -> str:
        """Why who has this fence may not act where an experiment's mark of ``epoch`` is; empty when it may."""
        if epoch > self.epoch:
            return f"this run has epoch {self.epoch}: another run has taken over, or {_OLD}"
        if self.known_acquisitions is not None and not self.known_acquisitions.has(experiment, epoch):
            return f"the state database does not know that epoch: {_OLD}"
        return ""


_OLD = "the state database is older than the devices. Nothing was changed; start a new run with the latest state"
