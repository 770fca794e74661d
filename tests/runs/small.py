"""A context on devices in memory: an experiment that wants what a test says."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from reconciler.engine.run_config import CompileDesired
from reconciler.loop.run_context import RunContext
from reconciler.model.address import Address
from reconciler.model.desired import Desired
from reconciler.model.resource import Resource
from reconciler.resources.reservation import Reservation
from reconciler.runs.context import Context, Stop
from reconciler.spec.catalogue import Catalogue
from reconciler.spec.experiment import Experiment
from reconciler.store.database import Database
from reconciler.store.store import Store
from tests.loop.fleet import EXPERIMENT, Fleet
from tests.planning.worlds import trusting

HEAD = {"apiVersion": "reconciler/v1alpha1", "kind": "Experiment", "metadata": {"name": EXPERIMENT}}


def experiment(**spec: Any) -> Experiment:
    return Experiment.model_validate({**HEAD, "spec": spec})


@dataclass(frozen=True)
class SmallContext(Context):
    """No guard, since these things stand on nobody's nodes."""

    desired: dict[Address, Resource[Any]] = field(default_factory=dict)

    def session(
        self, experiment: str, run: str, timeout_s: float | None = None, *, has_lock: bool = False
    ) -> RunContext:
        return replace(super().session(experiment, run, timeout_s, has_lock=has_lock), guard=trusting)

    def compile_desired(self, experiment: Experiment) -> CompileDesired:
        return lambda allocations: Desired(self.desired)


def small_context(
    fleet: Fleet, *wanted: Resource[Any], now: Callable[[], datetime] = lambda: datetime.now(UTC), **more: Any
) -> SmallContext:
    """It holds the nodes of the fleet already."""
    store = Store(Database(None), now)
    nodes = Reservation(("allocations", "h1", "h2", "h3", "sw"))
    store.leases.hold(EXPERIMENT, [("reservation", "all", nodes)], store.lock(EXPERIMENT, "before"))
    store.unlock(EXPERIMENT, "before")
    desired = {resource.address: resource for resource in wanted}
    drivers = {"fleet": fleet}
    return SmallContext(Catalogue(), {}, store, drivers, ThreadPoolExecutor(2), Stop(), now, desired=desired, **more)
