"""Devices in memory behind the real loop: one per endpoint, which can be made to fail on its n-th write."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from reconciler.loop.run_context import RunContext
from reconciler.model.address import Address, Endpoint
from reconciler.model.change import Change
from reconciler.model.errors import Rejected, Unreachable
from reconciler.model.fence import Fence
from reconciler.model.outcome import Done, Failed, Outcome
from reconciler.model.plan import Impact, Step
from reconciler.model.resource import Absent, Observed, Present, Resource
from reconciler.resources.deployment import Deployment
from reconciler.resources.reservation import Reservation
from reconciler.store.database import Database
from reconciler.store.store import Store
from tests.planning.worlds import trusting

EXPERIMENT = "exp"


class Crash(BaseException):
    """The process dies here: nothing after it runs, not even error handling."""


@dataclass(frozen=True, slots=True)
class Put:
    address: Address
    spec: object | None

    def __str__(self) -> str:
        return f"put {self.address}" if self.spec is not None else f"drop {self.address}"


@dataclass(slots=True)
class Fleet:
    """A driver whose devices are dicts."""

    cells: dict[tuple[Endpoint, Address], Any] = field(default_factory=dict)
    deaf: set[Endpoint] = field(default_factory=set)
    refusing: set[Address] = field(default_factory=set)
    budget: int = 10**9
    lose_replies: bool = False
    writes: list[str] = field(default_factory=list)
    looks: list[Endpoint] = field(default_factory=list)

    def observe(
        self, endpoint: Endpoint, wanted: Collection[Resource[Any]], fence: Fence
    ) -> Mapping[Address, Observed[Any]]:
        self.looks.append(endpoint)
        if endpoint in self.deaf:
            raise Unreachable(f"{endpoint} timed out")
        found = ((r.address, self.cells.get((endpoint, r.address))) for r in wanted)
        return {address: Absent() if spec is None else Present(spec) for address, spec in found}

    def plan(self, change: Change[Any]) -> Step[Put]:
        return Step(change, (Put(change.address, change.after),), Impact.LIVE)

    def apply(self, endpoint: Endpoint, steps: Sequence[Step[Put]], fence: Fence) -> Iterator[Outcome]:
        if endpoint in self.deaf:
            raise Unreachable(f"{endpoint} timed out")
        for step in steps:
            address = step.change.address
            if address in self.refusing:
                yield Failed(address, Rejected("no"))
                continue
            self.budget -= 1
            if self.budget < 0 and not self.lose_replies:
                raise Unreachable(str(endpoint))
            self._write(endpoint, step)
            if self.budget < 0:
                raise Unreachable(f"{endpoint}: the reply was lost")
            yield Done(address)

    def _write(self, endpoint: Endpoint, step: Step[Put]) -> None:
        for command in step.commands:
            self.writes.append(str(command))
            key = (endpoint, command.address)
            if command.spec is None:
                self.cells.pop(key, None)
            else:
                if isinstance(command.spec, Deployment):
                    host = Endpoint("fleet", command.address.name)
                    for carried in [k for k in self.cells if k[0] == host]:
                        del self.cells[carried]
                self.cells[key] = command.spec


def make_store() -> Store:
    return Store(Database(None), lambda: datetime.now(UTC))


def make_session(store: Store, fleet: Fleet, pool: ThreadPoolExecutor) -> RunContext:
    epoch = store.lock(EXPERIMENT, "run")
    store.leases.hold(EXPERIMENT, [("reservation", "all", Reservation(("allocations", "h1", "h2", "h3", "sw")))], epoch)
    drivers = {"fleet": fleet}
    stop, pause, now_s = (lambda: False), (lambda seconds: None), (lambda: 0.0)
    return RunContext(EXPERIMENT, "run", store, drivers, pool, stop, pause, now_s, guard=trusting)
