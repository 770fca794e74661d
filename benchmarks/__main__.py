"""``python -m benchmarks``: every figure, or those of the parts that are named; status 1 when one misses its limit."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path

from benchmarks import cli_start, lab_600, lease_all, lease_one, plan_core, terraform
from benchmarks.figures import Figure, render

PARTS: Mapping[str, tuple[str, Callable[[], list[Figure]]]] = {
    "cli_start": ("Start-up: --help", cli_start.bench),
    "lab_600": ("600 VMs on 30 hosts of the lab", lab_600.bench),
    "lease_all": ("All of a /14 leased in one transaction", lease_all.bench),
    "lease_one": ("Single leases in a half-full /14", lease_one.bench),
    "plan_core": ("Plan core: documents and allocations to plan", plan_core.bench),
    "terraform": ("Plan core beside Terraform", terraform.bench),
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all by default")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures here as well")
    arguments = parser.parse_args()
    unknown = sorted(set(arguments.parts) - PARTS.keys())
    if unknown:
        parser.error(f"no part named {unknown[0]}; there are {', '.join(PARTS)}")
    found: dict[str, list[Figure]] = {}
    for name in arguments.parts or PARTS:
        title, bench = PARTS[name]
        found[name] = bench()
        print(render(title, found[name]), flush=True)
    if arguments.json is not None:
        arguments.json.write_text(json.dumps(_as_data(found), indent=1) + "\n")
    missed = [figure for figures in found.values() for figure in figures if figure.missed]
    return 1 if missed else 0


def _as_data(found: Mapping[str, list[Figure]]) -> dict[str, object]:
    machine = {"python": platform.python_version(), "system": platform.platform(), "cores": os.cpu_count()}
    parts = {name: [{**asdict(f), "missed": f.missed} for f in figures] for name, figures in found.items()}
    return {"machine": machine, "figures": parts}


if __name__ == "__main__":
    sys.exit(main())
