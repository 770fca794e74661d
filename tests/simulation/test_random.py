"""Random histories: none goes wrong, and each is the same whenever it is run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.simulation.campaign import run_batch
from tests.simulation.shrink import REGRESSIONS, read
from tests.simulation.simulate import simulate

ROOT = Path(__file__).parents[2]
SEEDS = 5000
GRANTED = 1000
_SHARE = 250


@pytest.mark.parametrize("first", range(0, SEEDS, _SHARE))
def test_nothing_goes_wrong_in_random_histories(first: int) -> None:
    wrong = [(r.seed, r.violation) for r in run_batch(first, first + _SHARE).results if r.violation]
    assert not wrong, f"{len(wrong)} of {_SHARE}; `python -m tests.simulation --seeds {wrong[0][0]}` shrinks it"


@pytest.mark.parametrize("first", range(0, GRANTED, _SHARE))
def test_nothing_goes_wrong_where_a_batch_scheduler_chooses_the_nodes(first: int) -> None:
    wrong = [(r.seed, r.violation) for r in run_batch(first, first + _SHARE, granted=True).results if r.violation]
    assert not wrong, f"{len(wrong)} of {_SHARE}; `python -m tests.simulation --granted --seeds {wrong[0][0]}` shrinks"


def test_a_history_is_the_same_whatever_the_hash_seed() -> None:
    """The order of sets and dicts of text differs from process to process; nothing may follow from it."""
    seeds = f"{SEEDS}..{SEEDS + 199}"
    hashes = [_hashes(seeds, hash_seed) for hash_seed in ("1", "2")]
    assert len(hashes[0].splitlines()) == 200
    assert hashes[0] == hashes[1]


def _hashes(seeds: str, hash_seed: str) -> str:
    command = [sys.executable, "-m", "tests.simulation", "--seeds", seeds, "--hashes", "--keep", "0"]
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600, check=True)
    return done.stdout


@pytest.mark.parametrize("path", sorted(REGRESSIONS.glob("*.json")), ids=lambda path: path.stem)
def test_what_went_wrong_once_does_not_go_wrong_again(path: Path) -> None:
    _, history = read(path)
    assert simulate(history).violation == ""
