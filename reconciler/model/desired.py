"""What should be, as far as it is chosen; which parts others have yet to choose, and what waits for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.model.address import Address
from reconciler.model.resource import Resource

LOOK_AGAIN_S = 30.0


@dataclass(frozen=True, slots=True)
class Pending:
    """A part of an allocation that is not chosen yet: who chooses it, and what settles it.

    Both are worded for ``<reason> when <settled_by>``.  ``retry_in_s`` is after how long another look may find more.
    """

    reason: str
    settled_by: str
    retry_in_s: float = LOOK_AGAIN_S

    def __str__(self) -> str:
        return f"{self.reason} when {self.settled_by}"


@dataclass(frozen=True, slots=True)
class Desired:
    """``pending`` are the parts (a reservation, a lease, VLAN ids) of which something, or all, is not chosen yet.

    ``waiting`` gives for everything that cannot be told without a pending part that part.  What is pending or waiting,
    and not among ``resources``, stays as it is: that it is absent here says nothing about whether it is wanted.
    """

    resources: Mapping[Address, Resource[Any]] = field(default_factory=dict)
    pending: Mapping[Address, Pending] = field(default_factory=dict)
    waiting: Mapping[Address, Address] = field(default_factory=dict)
