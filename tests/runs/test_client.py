"""Shows that an experiment needs no terminal: a process without one plans, applies, watches and destroys on the lab."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from reconciler.lab import launch
from reconciler.lab.persistence import Folder

ROOT = Path(__file__).parents[2]


def test_a_client_without_a_terminal_applies_watches_and_destroys(tmp_path: Path) -> None:
    state, answer = tmp_path / "state", tmp_path / "answer.json"
    lab = Folder.under(state)
    launch.start(lab, None, fast=True)
    try:
        subprocess.run(
            [sys.executable, "-m", "tests.runs.client", str(state), str(answer)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            timeout=120,
            check=True,
        )
    finally:
        launch.stop(lab)
    found = json.loads(answer.read_text())
    assert "broke" not in found, found["broke"]
    told = found.pop("told")
    assert (told["Proposed"], told["RunStarted"], told["Finished"], told["RunEnded"]) == (1, 1, 1, 1)
    assert told["Settled"] >= found.pop("planned") > 0
    assert found == {
        "held": ["unattended"],
        "denied": "unattended: not confirmed; nothing was done",
        "applied": "converged",
        "again": ["converged", True],
        "drift": 0,
        "ready": "True",
        "domains": 2,
        "vms": [["vm-0", "running"], ["vm-1", "running"]],
        "watched": [["converged", True], ["converged", True]],
        "kept": "KeptGeneration",
        "ending": "converged",
        "destroyed": "converged",
        "held after": 0,
        "locks": 0,
        "loaded": [],
    }
