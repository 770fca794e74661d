"""One run on one experiment: its tools, and how it is stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from reconciler.model.address import Address
from reconciler.model.driver import Driver
from reconciler.model.outcome import Outcome
from reconciler.model.plan import Plan, Step
from reconciler.model.resource import Resource
from reconciler.resources.book import Book

Resources: TypeAlias = Mapping[Address, Resource[Any]]
Drivers: TypeAlias = Mapping[str, Driver[Any, Any]]
Desire: TypeAlias = Callable[[Book], Resources]
"""What is wanted, given what is held: an experiment's resources, or nothing at all for a destroy."""


class Store(Protocol):
    def book(self, experiment: str) -> Book: ...
    def tidy(self, plan: Plan) -> None: ...
    def issue(self, run: str, steps: Sequence[Step[Any]]) -> None: ...
    def settle(self, run: str, settled: Iterable[tuple[Step[Any], Outcome]]) -> None: ...
    def resolve(self, experiment: str, addresses: Iterable[Address]) -> None: ...


@dataclass(frozen=True, slots=True)
class Session:
    """``pause(seconds)`` waits, and returns early when the run is stopped; ``now_s`` is a monotonic clock."""

    experiment: str
    run: str
    store: Store
    drivers: Drivers
    pool: Executor
    stopped: Callable[[], bool]
    pause: Callable[[float], None]
    now_s: Callable[[], float]
    deadline_s: float = float("inf")
