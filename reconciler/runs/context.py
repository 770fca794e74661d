"""What every run is handed: documents, store, drivers, threads, clocks, and how it is stopped."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from reconciler import __version__
from reconciler.engine.run_config import CompileDesired
from reconciler.loop.run_context import Drivers, RunContext
from reconciler.model.errors import ReconcilerError
from reconciler.planning.guards import unowned
from reconciler.store.store import Store

if TYPE_CHECKING:
    from reconciler.spec.catalogue import Catalogue
    from reconciler.spec.experiment import Experiment


def utc_now() -> datetime:
    return datetime.now(UTC)


class Stop:
    """Set once a run is asked to end; waits end early with it.

    ``because`` tells of an end that nobody asked for: the run may not go on.  A person's word goes before it.
    """

    def __init__(self) -> None:
        self._event = threading.Event()
        self.because: ReconcilerError | None = None

    def set(self, because: ReconcilerError | None = None) -> None:
        if because is None or not self._event.is_set():
            self.because = because
        self._event.set()

    def forget(self) -> None:
        """What one run may not is no reason for the next."""
        if self.because is not None:
            self.because = None
            self._event.clear()

    def __call__(self) -> bool:
        return self._event.is_set()

    def pause(self, seconds: float) -> None:
        self._event.wait(seconds)


@dataclass(frozen=True)
class Context:
    """Everything that runs on some documents need.  ``now`` tells the time of day, ``now_s`` is a monotonic clock."""

    catalogue: Catalogue
    files: Mapping[str, str]
    store: Store
    drivers: Drivers
    pool: Executor
    stop: Stop
    now: Callable[[], datetime] = utc_now
    now_s: Callable[[], float] = time.monotonic

    def session(
        self, experiment: str, run: str, timeout_s: float | None = None, *, has_lock: bool = False
    ) -> RunContext:
        """``has_lock``: the run has the experiment's lock."""
        return RunContext(
            experiment,
            run,
            self.store,
            self.drivers,
            self.pool,
            self.stop,
            self.stop.pause,
            self.now_s,
            float("inf") if timeout_s is None else self.now_s() + timeout_s,
            has_lock=has_lock,
            guard=lambda plan, allocations: unowned(plan, allocations, self._node_at_port),
        )

    def _node_at_port(self, switch: str, port: str) -> str | None:
        """The node whose cable is in a port; of switches that no Site document tells of, nothing is known."""
        return self._cables.get((switch, port))

    @cached_property
    def _cables(self) -> Mapping[tuple[str, str], str]:
        from reconciler.spec.topology import node_ports

        return node_ports(self.catalogue)

    def compile_desired(self, experiment: Experiment) -> CompileDesired:
        """What the experiment wants, chosen anew from what is held at each pass."""
        from reconciler.allocation.allocate import allocate
        from reconciler.compile.experiment import compile_experiment

        return lambda allocations: compile_experiment(
            experiment, self.catalogue, allocate(experiment, self.catalogue, allocations), allocations
        )

    def digest(self, experiment: Experiment) -> str:
        """Changes when anything changes that the experiment's resources follow from."""
        parts = [experiment.model_dump_json(by_alias=True)]
        for kind in (self.catalogue.sites, self.catalogue.environments, self.catalogue.disk_images):
            parts += [document.model_dump_json(by_alias=True) for _, document in sorted(kind.items())]
        return hashlib.sha256("\n".join((__version__, *parts)).encode()).hexdigest()
