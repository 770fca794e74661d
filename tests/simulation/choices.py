"""What the product's pure parts decide: which resources, and which commands.  From the same, the same: kept once."""

from __future__ import annotations

from typing import Any

from reconciler.allocation.allocate import OWN, allocate
from reconciler.allocation.allocator import Allocators
from reconciler.allocation.granted import granted_nodes
from reconciler.compile.experiment import compile_experiment
from reconciler.drivers.allocations.driver import AllocationsDriver
from reconciler.drivers.host.driver import HostDriver
from reconciler.drivers.host.xen.hypervisor import XEN
from reconciler.drivers.image.kadeploy.driver import KadeployDriver
from reconciler.drivers.switch.driver import SwitchDriver
from reconciler.drivers.switch.openconfig.dialect import OpenConfig
from reconciler.engine.run_config import CompileDesired
from reconciler.model.change import Change
from reconciler.model.desired import Desired
from reconciler.model.plan import Step
from reconciler.resources.allocations import Allocations
from tests.simulation.documents import Goal, Ground, with_experiment

_PLANNERS: dict[str, Any] = {
    "xen": HostDriver(None, XEN),  # type: ignore[arg-type]  # only its ``plan`` is used
    "openconfig": SwitchDriver(None, OpenConfig()),  # type: ignore[arg-type]
    "kadeploy": KadeployDriver({}),
    "allocations": AllocationsDriver(None),  # type: ignore[arg-type]
}
_PLANNED: dict[Change[Any], Step[Any]] = {}
_REMEMBERING = [True]
_DESIRED: dict[object, Desired] = {}


SCHEDULED = Allocators(granted_nodes, OWN.addresses, OWN.ids)


def compile_desired(ground: Ground, experiment: str, goal: Goal, *, scheduled: bool = False) -> CompileDesired:
    """What the product's compiler makes of the goal's document, given what is held.

    ``scheduled``: a batch scheduler chooses the nodes.
    """
    allocators = SCHEDULED if scheduled else OWN
    documents = with_experiment(ground, experiment, goal)
    wanted = documents.experiments[experiment]

    def desired(allocations: Allocations) -> Desired:
        key = (ground, experiment, goal, scheduled, _key_of(allocations))
        found = _DESIRED.get(key) if _REMEMBERING[0] else None
        if found is None:
            if len(_DESIRED) > 5_000:
                _DESIRED.clear()
            found = _DESIRED[key] = compile_experiment(
                wanted, documents, allocate(wanted, documents, allocations, allocators), allocations
            )
        return found

    return desired


def plan_step(change: Change[Any]) -> Step[Any]:
    """The product's own planning of a change."""
    step = _PLANNED.get(change)
    if step is None:
        step = _PLANNED[change] = _PLANNERS[change.resource.endpoint.driver].plan(change)
        if len(_PLANNED) > 20_000:
            _PLANNED.clear()
    return step


def _key_of(allocations: Allocations) -> object:
    """All that choices are made from: what was chosen from the same once is chosen again."""
    maps = (
        allocations.recorded,
        allocations.intended,
        allocations.taken_nodes,
        allocations.taken_addresses,
        allocations.taken_ids,
        allocations.grants,
    )
    return tuple(frozenset(one.items()) for one in maps), allocations.bad_nodes


def forget_choices(*, remember: bool) -> None:
    """What was remembered of the product's pure parts; ``remember``: whether to do so from now on."""
    _REMEMBERING[0] = remember
    _PLANNED.clear()
    _DESIRED.clear()
