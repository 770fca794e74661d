"""The peer: the same graph as ``terraform_data`` resources, all of it converged, planned by Terraform."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure
from benchmarks.measure import Cost, run
from benchmarks.plan_core import Core, measure, prepared

PROVIDER = 'provider["terraform.io/builtin/terraform"]'
QUIET = {"CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1", "TF_CLI_CONFIG_FILE": "/dev/null"}
VMS, HOSTS, SWITCHES = 10_000, 500, 100
CPU_RATIO, CPU_RATIO_LEAST = 200, 50
MEMORY_RATIO, MEMORY_RATIO_LEAST = 20, 8


@dataclass(frozen=True, slots=True)
class Thing:
    """A node of the graph: what it is given, and what goes before it."""

    name: str
    given: dict[str, str]
    needs: tuple[str, ...] = ()


def graph(vms: int = VMS, hosts: int = HOSTS, switches: int = SWITCHES) -> Iterator[Thing]:
    """A lease for each VM, a host under it, a switch behind that: 20,600 things."""
    for number in range(switches):
        yield Thing(f"switch-{number}", {"name": f"edge-{number}", "vlan": "720"})
    for number in range(hosts):
        switch = f"switch-{number % switches}"
        yield Thing(f"host-{number}", {"name": f"node-{number}", "image": "debian-xen-1"}, (switch,))
    for number in range(vms):
        yield Thing(f"lease-{number}", {"address": f"10.136.{number >> 8}.{number & 255}"})
    for number in range(vms):
        host = number % hosts
        needs = (f"host-{host}", f"lease-{number}", f"switch-{host % switches}")
        yield Thing(f"vm-{number}", {"name": f"vm-{number}", "host": f"node-{host}", "memory": "256"}, needs)


def write(folder: Path, things: list[Thing]) -> None:
    """The configuration, and a state in which all of it has just been applied."""
    blocks: dict[str, Any] = {}
    for thing in things:
        needs = [f"terraform_data.{need}" for need in thing.needs]
        blocks[thing.name] = {"input": thing.given, **({"depends_on": needs} if needs else {})}
    (folder / "main.tf.json").write_text(json.dumps({"resource": {"terraform_data": blocks}}))
    state = {
        "version": 4,
        "terraform_version": "1.5.0",
        "serial": 1,
        "lineage": "6d6b4b52-5b1c-4f0a-9d5a-000000000001",
        "outputs": {},
        "resources": [_state_of(thing) for thing in things],
        "check_results": None,
    }
    (folder / "terraform.tfstate").write_text(json.dumps(state))


def _state_of(thing: Thing) -> dict[str, Any]:
    value = {"value": thing.given, "type": ["object", dict.fromkeys(thing.given, "string")]}
    instance = {
        "schema_version": 0,
        "attributes": {"id": thing.name, "input": value, "output": value, "triggers_replace": None},
        "sensitive_attributes": [],
        "dependencies": [f"terraform_data.{need}" for need in thing.needs],
    }
    return {
        "mode": "managed",
        "type": "terraform_data",
        "name": thing.name,
        "provider": PROVIDER,
        "instances": [instance],
    }


def plan(terraform: str, things: list[Thing]) -> Cost:
    """One refreshing plan that finds nothing to do.  Raises RuntimeError when it finds anything else."""
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        folder = Path(scratch)
        write(folder, things)
        for arguments in (["init"], ["plan", "-refresh=true", "-detailed-exitcode"]):
            cost = run([terraform, *arguments, "-input=false", "-no-color"], folder=folder, environment=QUIET)
            if cost.status:
                raise RuntimeError(f"terraform {arguments[0]}: status {cost.status}\n{cost.output[-2000:]}")
    return cost


def bench() -> list[Figure]:
    terraform = shutil.which("terraform")
    if terraform is None:
        return [Figure("skipped: there is no terraform on this machine", 0, "")]
    things = list(graph())
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        place = prepared(Path(scratch), VMS)
        ours = measure(place, "converged", 5)
        theirs = plan(terraform, things)
        again = measure(place, "converged", 5)
    # before and after: on a shared machine a second's CPU is not always worth the same
    return _compare(len(things), theirs, min(ours, again, key=lambda core: core.core_cpu_s))


def _compare(count: int, theirs: Cost, ours: Core) -> list[Figure]:
    whole = sum(ours.phases.values())
    return [
        Figure(
            f"terraform plan, {count:,} resources", theirs.cpu_s, "CPU s", note=f"{theirs.wall_s:.0f} s by the clock"
        ),
        Figure("terraform plan, peak memory", theirs.peak_mib, "MiB"),
        Figure("ours, plan core", ours.core_cpu_s, "CPU s"),
        Figure("ours, imports and reading the store included", whole, "CPU s"),
        Figure("ours, peak memory", ours.peak_mib, "MiB"),
        _ratio("CPU, core", theirs.cpu_s / ours.core_cpu_s, CPU_RATIO_LEAST, CPU_RATIO),
        _ratio("CPU, imports and store included", theirs.cpu_s / whole, CPU_RATIO_LEAST, CPU_RATIO),
        _ratio("memory", theirs.peak_mib / ours.peak_mib, MEMORY_RATIO_LEAST, MEMORY_RATIO),
    ]


def _ratio(name: str, value: float, least: float, aim: float) -> Figure:
    """Below ``least`` it is a failure; below ``aim`` it is said."""
    note = f"aim {aim:.0f}" + ("" if value >= aim else ", not reached")
    return Figure(name, value, "times less", least, at_least=True, note=note)
