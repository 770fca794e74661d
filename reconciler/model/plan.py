"""What will be run, in which order, and what it will disturb."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

from reconciler.model.address import Address
from reconciler.model.change import Change
from reconciler.model.desired import Pending
from reconciler.model.resource import Resource


class Impact(StrEnum):
    """How much a step disturbs what is already running, mildest first."""

    LIVE = "live"
    RESTART = "restart"
    REPLACE = "replace"


class Command(Protocol):
    """One device operation, a frozen value.  ``str()`` is what ``plan`` prints and the device receives."""

    def __str__(self) -> str: ...


C = TypeVar("C", bound=Command)


@dataclass(frozen=True, slots=True)
class Step(Generic[C]):
    change: Change[Any]
    commands: tuple[C, ...]
    impact: Impact = Impact.LIVE


@dataclass(frozen=True, slots=True)
class Plan:
    """Steps by address, and for each step the addresses that go first.

    ``record`` lists what to write down before anything runs (needs and owners of what already agrees);
    ``gone`` is recorded and neither wanted nor there: only to be forgotten.
    ``pending`` are the parts that others have yet to choose, as far as the plan has to do without them.
    ``unknown`` and ``foreign`` say why an address was left alone, ``waiting`` what it waits for.
    """

    steps: Mapping[Address, Step[Any]]
    after: Mapping[Address, frozenset[Address]]
    record: tuple[Resource[Any], ...] = ()
    gone: frozenset[Address] = frozenset()
    waiting: Mapping[Address, str] = field(default_factory=dict)
    unknown: Mapping[Address, str] = field(default_factory=dict)
    foreign: Mapping[Address, str] = field(default_factory=dict)
    retry_in_s: float | None = None
    pending: Mapping[Address, Pending] = field(default_factory=dict)

    @property
    def converged(self) -> bool:
        return not (self.steps or self.gone or self.waiting or self.unknown or self.foreign or self.pending)
