"""Under which acquisition a device is asked or changed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fence:
    """What a device needs to tell a run from one that was overtaken.

    ``epoch`` numbers acquisitions, over all experiments of one database: whoever took an experiment later has the
    higher one.  ``lineage`` names that database; epochs of different ones say nothing about each other.
    ``barrier``: an earlier call may still be on its way to this device; before it is read, prove that none can land
    any more, and raise the epoch of what is ours there.  ``tickets`` are the names under which the device accepted
    work whose end is not known (a deployer's workflows).
    """

    epoch: int
    lineage: str = ""
    barrier: bool = False
    tickets: tuple[str, ...] = ()
