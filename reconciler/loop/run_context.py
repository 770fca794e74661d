"""One run on one experiment: its tools, and how it is stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from reconciler.engine.run_config import Guard
from reconciler.model.address import Address
from reconciler.model.driver import Driver
from reconciler.model.outcome import Outcome
from reconciler.model.plan import Plan, Step
from reconciler.model.resource import Observed
from reconciler.planning.guards import unowned
from reconciler.resources.allocations import Allocations

Drivers: TypeAlias = Mapping[str, Driver[Any, Any]]


class Store(Protocol):
    """What a run writes is refused with ``Locked`` once another run has taken the experiment over."""

    def allocations(self, experiment: str) -> Allocations: ...
    def prepare(self, run: str, plan: Plan) -> None: ...
    def issue(self, run: str, steps: Sequence[Step[Any]]) -> None: ...
    def settle(self, run: str, settled: Iterable[tuple[Step[Any], Outcome]]) -> None: ...
    def quarantine_address(self, run: str, number: int, reason: str) -> None: ...
    def report_unknown_epoch(self, run: str, experiment: str, epoch: int, found: str) -> None: ...
    def resolve(self, run: str, observed: Mapping[Address, Observed[Any]]) -> None: ...


@dataclass(frozen=True, slots=True)
class RunContext:
    """``pause(seconds)`` waits, and returns early when the run is stopped; ``now_s`` is a monotonic clock.

    ``has_lock``: the run has the experiment's lock.  On ``now_s``: ``closes_s`` is when nothing may be made any more,
    ``deadline_s`` when the run ends.
    """

    experiment: str
    run: str
    store: Store
    drivers: Drivers
    pool: Executor
    stopped: Callable[[], bool]
    pause: Callable[[float], None]
    now_s: Callable[[], float]
    deadline_s: float = float("inf")
    closes_s: float = float("inf")
    has_lock: bool = True
    guard: Guard = unowned
