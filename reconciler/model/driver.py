"""The only thing a backend has to implement."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Protocol, TypeVar

from reconciler.model.address import Address, Endpoint
from reconciler.model.change import Change
from reconciler.model.fence import Fence
from reconciler.model.outcome import Outcome
from reconciler.model.plan import Command, Step
from reconciler.model.resource import Observed, Resource

S = TypeVar("S")
C = TypeVar("C", bound=Command)


class Driver(Protocol[S, C]):
    """Some kinds of resource on one kind of device.

    ``observe`` reads, ``plan`` thinks, ``apply`` writes.  At most one call per
    endpoint is in flight, so a driver needs no lock of its own.
    """

    def observe(
        self, endpoint: Endpoint, wanted: Collection[Resource[S]], fence: Fence
    ) -> Mapping[Address, Observed[S]]:
        """Report the state of every resource in ``wanted``.  Changes nothing but, behind a barrier, the epoch of marks.

        Raises:
            Fenced: our own mark there is of a later epoch.
            Unreachable: the endpoint did not answer; nothing is known.
            Unreadable: it answered nonsense; nothing is known.
        """
        ...

    def plan(self, change: Change[S]) -> Step[C]:
        """Say exactly what ``apply`` would run.  Pure: no I/O, no clock, no randomness."""
        ...

    def apply(self, endpoint: Endpoint, steps: Sequence[Step[C]], fence: Fence) -> Iterator[Outcome]:
        """Run the commands of ``steps``, needs first, and yield one outcome for each as it is known.

        Where the device can carry a mark, ours is checked and set with the change, as one: an older epoch is refused.
        Runs nothing that is not in ``steps``.  Safe to call again after a crash.
        """
        ...
