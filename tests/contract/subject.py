"""What the conformance suite needs of a device with its driver.

To have another pair tested (an emulated switch, a simulated host), write a module with ``SUBJECTS``, a mapping from a
name to a function without arguments that is a context manager and yields a ``Subject``.  Modules in
``tests/contract/subjects`` and ``tests.simulation.subjects`` are found by themselves.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Protocol

from reconciler.model.address import Endpoint
from reconciler.model.driver import Driver
from reconciler.model.resource import Resource


class Fault(StrEnum):
    SILENT = "silent"
    """It does nothing, and answers nothing, until it is mended."""
    LOST_REPLY = "lost reply"
    """It does what the next change asks, and the answer does not arrive."""
    GARBAGE = "garbage"
    """Its answers are nonsense, until it is mended."""
    PARTIAL = "partial"
    """Its answers are cut, or lack some of what is there, in a way that shows; until it is mended."""


class Subject(Protocol):
    """One device, new and empty, and drivers for it.

    ``resources`` are wanted together and made in this order; ``changed`` are some of them in another state, which they
    can be led to.  ``fenced``: the device carries epochs.  ``keeps_released``: a delete leaves the device as it is.
    """

    @property
    def endpoint(self) -> Endpoint: ...
    @property
    def resources(self) -> tuple[Resource[Any], ...]: ...
    @property
    def changed(self) -> tuple[Resource[Any], ...]: ...
    @property
    def faults(self) -> frozenset[Fault]: ...
    @property
    def fenced(self) -> bool: ...
    @property
    def keeps_released(self) -> bool: ...

    def driver(self) -> Driver[Any, Any]:
        """As a process that has just begun has one: no session and no memory of other drivers' calls."""
        ...

    def snapshot(self) -> object:
        """All that a change changes, marks and epochs too; equal values mean that nothing was changed."""
        ...

    def break_(self, fault: Fault) -> None: ...

    def mend(self) -> None: ...

    def wait(self, seconds: float) -> None:
        """Let the device's time pass: work that it has accepted goes on."""
        ...

    def intrude(self) -> Resource[Any] | None:
        """Put something of somebody else's in the place of a resource, and return that; None where this cannot be."""
        ...
