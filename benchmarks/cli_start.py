"""Starting up: the CPU of ``reconciler --help`` beside ``terraform -help``, in turns."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from statistics import median

from benchmarks.figures import Figure
from benchmarks.measure import run

RUNS = 21
RATIO = 2.0


def bench() -> list[Figure]:
    ours = _program()
    terraform = shutil.which("terraform")
    run([*ours, "--help"])  # the first start writes byte code
    mine, peer = [], []
    for _ in range(RUNS):
        mine.append(run([*ours, "--help"]).cpu_s)
        if terraform is not None:
            peer.append(run([terraform, "-help"]).cpu_s)
    figures = [Figure("reconciler --help", median(mine) * 1000, "CPU ms", note=f"median of {RUNS}")]
    if not peer:
        return [*figures, Figure("skipped: there is no terraform on this machine", 0, "")]
    return [
        *figures,
        Figure("terraform -help", median(peer) * 1000, "CPU ms", note=f"median of {RUNS}, in turns"),
        Figure("ratio", median(mine) / median(peer), "times", RATIO),
    ]


def _program() -> list[str]:
    """The installed command beside this interpreter; the package itself where it is not installed."""
    installed = Path(sys.executable).with_name("reconciler")
    return [str(installed)] if installed.exists() else [sys.executable, "-m", "reconciler"]
