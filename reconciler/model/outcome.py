"""What became of a step.  Every caller must handle all three."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from reconciler.model.address import Address
from reconciler.model.errors import ReconcilerError
from reconciler.model.resource import Observed


@dataclass(frozen=True, slots=True)
class Done:
    """The device did it.  ``readback`` is what it says now, when the same call asked; it saves an observation."""

    address: Address
    readback: Observed[Any] | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """The device accepted the work and is busy; observe again after ``retry_in_s``.

    ``ticket`` is the device's own name for the work (a deployer's workflow), by which a later run asks for its end.
    """

    address: Address
    reason: str
    retry_in_s: float
    ticket: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """The device did not do it.  ``unsure``: it may have, or may still (a lost reply, a time-out)."""

    address: Address
    error: ReconcilerError
    unsure: bool = False
    ticket: str = ""


Outcome: TypeAlias = Done | Waiting | Failed
