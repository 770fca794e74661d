"""The plan core: documents and allocations to a plan, by phase, for 10,000 VMs on 500 hosts, up to 100,000 on 5,000."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.figures import Figure
from benchmarks.measure import exponent, run_python

SIZES = (10_000, 20_000, 50_000, 100_000)
VMS_PER_HOST = 20
CORE = ("load", "allocate", "compile", "check", "plan")
RUNS = {10_000: 7, 20_000: 5}
FEWEST_RUNS = 3


@dataclass(frozen=True, slots=True)
class Core:
    """Medians over fresh processes: CPU seconds by phase and of the whole process, and its peak memory."""

    phases: Mapping[str, float]
    process_cpu_s: float
    peak_mib: float

    @property
    def core_cpu_s(self) -> float:
        """Load, allocate, compile, diff and plan, with the allocations and the observations at hand."""
        return sum(self.phases[name] for name in CORE)


def measure(folder: Path, case: str, runs: int) -> Core:
    costs = [run_python("benchmarks.plan_once", str(folder), case) for _ in range(runs)]
    said = [json.loads(cost.output) for cost in costs]
    phases = {name: median(one["phases"][name] for one in said) for name in said[0]["phases"]}
    return Core(phases, median(cost.cpu_s for cost in costs), median(one["peak_mib"] for one in said))


def prepared(folder: Path, vms: int) -> Path:
    """Documents and store of one size under ``folder``, made when they are not there yet."""
    place = folder / str(vms)
    if not place.exists():
        run_python("benchmarks.plan_setup", str(place), str(vms), str(vms // VMS_PER_HOST))
    return place


def bench(sizes: Sequence[int] = SIZES) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        folder = Path(scratch)
        converged = {size: measure(prepared(folder, size), "converged", RUNS.get(size, FEWEST_RUNS)) for size in sizes}
        nothing = {size: measure(prepared(folder, size), "nothing", RUNS.get(size, FEWEST_RUNS)) for size in sizes}
    figures = []
    for case, cores in (("converged", converged), ("all to create", nothing)):
        figures += [figure for size in sizes for figure in _of_size(case, size, cores[size])]
        if len(sizes) > 1:
            core = exponent([(size, cores[size].core_cpu_s) for size in sizes])
            figures.append(Figure(f"{case}: growth of the core's CPU", core, "exponent", 1.1))
            memory = exponent([(size, cores[size].peak_mib) for size in sizes])
            figures.append(Figure(f"{case}: growth of peak memory", memory, "exponent", 1.1))
    return figures


def _of_size(case: str, size: int, core: Core) -> list[Figure]:
    name = f"{case}: {size:,} VMs"
    phases = ", ".join(f"{phase} {seconds:.3f}" for phase, seconds in core.phases.items())
    return [
        Figure(f"{name}, core", core.core_cpu_s, "CPU s", note=phases),
        Figure(f"{name}, whole process", core.process_cpu_s, "CPU s", note="observations made up included"),
        Figure(f"{name}, peak memory", core.peak_mib, "MiB"),
    ]
