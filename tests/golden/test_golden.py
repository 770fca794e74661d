"""Whole plans, letter by letter.  A folder more is a case more; RECONCILER_UPDATE_GOLDEN=1 writes what is planned now.

A case has `spec.yaml`, what is wanted; perhaps `before.yaml`, what was applied before; perhaps `observed.json`, what
devices say otherwise by address: "absent", "unknown: <why>", or fields that differ; perhaps `grants.json`, what
outside allocators gave of each part; and `plan.txt`, the full plan.
"""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reconciler.allocation.allocate import OWN, allocate
from reconciler.allocation.allocator import Allocators
from reconciler.allocation.granted import granted_addresses, granted_ids, granted_nodes
from reconciler.compile.experiment import compile_experiment
from reconciler.drivers.allocations.driver import AllocationsDriver
from reconciler.drivers.host.driver import HostDriver
from reconciler.drivers.host.xen.hypervisor import XEN
from reconciler.drivers.image.kadeploy.driver import KadeployDriver
from reconciler.drivers.switch.driver import SwitchDriver
from reconciler.drivers.switch.openconfig.dialect import OpenConfig
from reconciler.model.address import Address
from reconciler.model.change import Change
from reconciler.model.desired import Desired, Pending
from reconciler.model.plan import Plan, Step
from reconciler.model.resource import Absent, Observed, Present, Unknown
from reconciler.planning.plan import make_plan
from reconciler.planning.render import render_plan
from reconciler.planning.world import World
from reconciler.resources.allocations import Allocations, Grant
from reconciler.spec.load import load
from tests.spec.samples import IMAGES, SITES

CASES = sorted(path.parent for path in Path(__file__).parent.glob("*/spec.yaml"))
NOTHING: Any = None  # planning asks no device: the drivers need no connection
DRIVERS: dict[str, Any] = {
    "kadeploy": KadeployDriver({}),
    "allocations": AllocationsDriver(NOTHING),
    "openconfig": SwitchDriver(NOTHING, OpenConfig()),
    "xen": HostDriver(NOTHING, XEN),
}


def compiled(file: Path, allocations: Allocations, allocators: Allocators = OWN) -> Desired:
    catalogue = load({**SITES, **IMAGES, str(file): file.read_text()})
    (experiment,) = catalogue.experiments.values()
    assignment = allocate(experiment, catalogue, allocations, allocators)
    return compile_experiment(experiment, catalogue, assignment, allocations)


def grants(case: Path) -> dict[Address, Grant | Pending]:
    """What outside allocators said, by part."""
    file = case / "grants.json"
    told = json.loads(file.read_text()) if file.exists() else {}
    return {Address(*text.split("/", 2)): _grant(said) for text, said in told.items()}


def _grant(said: dict[str, Any]) -> Grant | Pending:
    if "reason" in said:
        return Pending(said["reason"], said["settled_by"])
    rest = said.get("rest")
    return Grant(
        tuple(said.get("nodes", ())),
        tuple((first, last) for first, last in said.get("ranges", ())),
        tuple((pool, number) for pool, number in said.get("ids", ())),
        None if rest is None else Pending(rest["reason"], rest["settled_by"]),
    )


def sights(case: Path) -> dict[Address, Any]:
    file = case / "observed.json"
    told = json.loads(file.read_text()) if file.exists() else {}
    return {Address(*text.split("/", 2)): sight for text, sight in told.items()}


def seen(spec: Any, told: Any) -> Observed[Any]:
    if told == "absent":
        return Absent()
    if isinstance(told, str):
        return Unknown(told.removeprefix("unknown: "))
    return Present(replace(spec, **told))


def plan_of(case: Path) -> Plan:
    recorded = compiled(case / "before.yaml", Allocations()).resources if (case / "before.yaml").exists() else {}
    given = grants(case)
    outside = {address.kind for address in given}
    allocators = Allocators(
        granted_nodes if "reservation" in outside else OWN.nodes,
        granted_addresses if "lease" in outside else OWN.addresses,
        granted_ids if "vlan" in outside else OWN.ids,
    )
    found = compiled(case / "spec.yaml", Allocations(recorded, grants=given), allocators)
    desired = found.resources
    told = sights(case)
    unheard = told.keys() - desired.keys() - recorded.keys()
    assert not unheard, f"observed.json speaks of what is neither wanted nor recorded: {unheard}"
    observed: dict[Address, Observed[Any]] = {address: Absent() for address in desired}
    observed |= {address: Present(resource.spec) for address, resource in recorded.items()}
    known = {**desired, **recorded}
    observed |= {address: seen(known[address].spec, sight) for address, sight in told.items()}

    def plan_step(change: Change[Any]) -> Step[Any]:
        step: Step[Any] = DRIVERS[change.resource.endpoint.driver].plan(change)
        return step

    return make_plan(World(desired, recorded, observed, pending=found.pending, waiting=found.waiting), plan_step)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_plan_is_what_it_was(case: Path) -> None:
    text = render_plan(case.name, plan_of(case), full=True) + "\n"
    golden = case / "plan.txt"
    if os.environ.get("RECONCILER_UPDATE_GOLDEN"):
        golden.write_text(text)
    assert golden.exists(), "a new case: look at what RECONCILER_UPDATE_GOLDEN=1 writes, and commit it"
    assert text == golden.read_text()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_same_world_is_planned_in_the_same_bytes(case: Path) -> None:
    assert render_plan("x", plan_of(case), full=True) == render_plan("x", plan_of(case), full=True)


def test_there_is_a_case_for_each_way_of_a_life() -> None:
    assert {case.name for case in CASES} >= {"new", "converged", "drift", "grow", "shrink", "move", "unknown"}
