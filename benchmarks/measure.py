"""Processes measured from outside, and the arithmetic on what was measured."""

from __future__ import annotations

import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Cost:
    """What one process took: CPU of it and of its children, wall time, peak memory, and what it said."""

    cpu_s: float
    wall_s: float
    peak_mib: float
    status: int
    output: str


def run(command: Sequence[str], *, folder: Path = ROOT, environment: Mapping[str, str] | None = None) -> Cost:
    """Run to the end, whatever its status is.  Output is kept in a file: a pipe would cost both sides CPU."""
    with tempfile.TemporaryFile() as said:
        started = time.monotonic()
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall_s = time.monotonic() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        output = said.read().decode(errors="replace")
    return Cost(usage.ru_utime + usage.ru_stime, wall_s, usage.ru_maxrss / 1024, process.returncode, output)


def run_python(module: str, *arguments: str) -> Cost:
    """A module of ours in a fresh interpreter.  Raises RuntimeError when it fails: its figures would mean nothing."""
    cost = run([sys.executable, "-m", module, *arguments])
    if cost.status:
        raise RuntimeError(f"{module} {' '.join(arguments)}: status {cost.status}\n{cost.output}")
    return cost


def exponent(points: Sequence[tuple[float, float]]) -> float:
    """The k of cost = c * size^k, by least squares on logarithms."""
    logs = [(math.log(size), math.log(cost)) for size, cost in points]
    mean_x = sum(x for x, _ in logs) / len(logs)
    mean_y = sum(y for _, y in logs) / len(logs)
    return sum((x - mean_x) * (y - mean_y) for x, y in logs) / sum((x - mean_x) ** 2 for x, _ in logs)
