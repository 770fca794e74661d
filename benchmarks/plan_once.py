"""One measurement of the plan core, for a process of its own: from documents and a store to a plan, phase by phase."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Any, TypeVar

T = TypeVar("T")


class Phases:
    """CPU seconds by phase, in the order in which they ran."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def run(self, name: str, work: Callable[[], T]) -> T:
        started = process_time()
        result = work()
        self.seconds[name] = process_time() - started
        return result


def main(folder: Path, case: str) -> dict[str, Any]:
    """``case``: ``converged`` (all is recorded and seen as wanted) or ``nothing`` (all is to be created)."""
    phases = Phases()
    texts = {path.name: path.read_text() for path in sorted((folder / "documents").glob("*.yaml"))}
    phases.run("imports", _imports)

    from benchmarks.testbed import EXPERIMENT
    from reconciler.allocation.allocate import allocate
    from reconciler.compile.experiment import compile_experiment
    from reconciler.model.resource import Absent, Present
    from reconciler.planning.cross_check import cross_check
    from reconciler.planning.plan import make_plan
    from reconciler.planning.world import World
    from reconciler.resources.allocations import Allocations
    from reconciler.spec.limits import Limits
    from reconciler.spec.load import load
    from reconciler.wiring import SITE_BYTES, open_store

    store = open_store(folder / "state")
    # What devices said: values of their own, as equal to what is wanted as an answer that was just read.
    seen = store.allocations(EXPERIMENT).recorded if case == "converged" else {}
    observed: dict[Any, Any] = {address: Present(resource.spec) for address, resource in seen.items()}
    del seen
    catalogue = phases.run("load", lambda: load(texts, Limits.for_bytes(SITE_BYTES)))
    experiment = catalogue.experiments[EXPERIMENT]
    allocations = phases.run("store", lambda: store.allocations(EXPERIMENT)) if case == "converged" else Allocations()
    assignment = phases.run("allocate", lambda: allocate(experiment, catalogue, allocations))
    compiled = phases.run("compile", lambda: compile_experiment(experiment, catalogue, assignment, allocations))
    desired = compiled.resources
    if case == "nothing":
        observed = dict.fromkeys(desired, Absent())
    drivers = _drivers()
    plan_step = lambda change: drivers[change.resource.endpoint.driver].plan(change)  # noqa: E731 - as the loop has it
    seen = phases.run("check", lambda: cross_check(desired, allocations.recorded, observed))
    plan = phases.run("plan", lambda: make_plan(World(desired, allocations.recorded, seen), plan_step))
    store.close()
    if case == "converged" and (not plan.converged or plan.record):
        raise SystemExit("not converged: this would measure something else")
    if case == "nothing" and len(plan.steps) != len(desired):
        raise SystemExit("not all is to be created: this would measure something else")
    return {"phases": phases.seconds, "resources": len(desired), "steps": len(plan.steps), "peak_mib": _peak_mib()}


def _peak_mib() -> float:
    """Of this program alone: what getrusage says begins with the size of the process that started it."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:"))


def _imports() -> None:
    """Everything that planning needs, the command line included; the transports' libraries only where drivers do."""
    from reconciler.cli.main import settle_process

    settle_process()
    import reconciler.compile.experiment
    import reconciler.loop.converge
    import reconciler.spec.load
    import reconciler.wiring  # noqa: F401 - to be there

    _drivers()


def _drivers() -> dict[str, Any]:
    """The real drivers' planning; nothing that planning does would touch a connection."""
    from reconciler.drivers.allocations.driver import AllocationsDriver
    from reconciler.drivers.host.driver import HostDriver
    from reconciler.drivers.host.xen.hypervisor import XEN
    from reconciler.drivers.image.kadeploy.driver import KadeployDriver
    from reconciler.drivers.switch.driver import SwitchDriver
    from reconciler.drivers.switch.openconfig.dialect import OpenConfig

    none: Any = None
    return {
        "kadeploy": KadeployDriver({}, clock=none, sleep=none),
        "allocations": AllocationsDriver(none),
        "openconfig": SwitchDriver(none, OpenConfig()),
        "xen": HostDriver(none, XEN),
    }


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), sys.argv[2])))
