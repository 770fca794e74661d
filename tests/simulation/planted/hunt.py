"""Survey for each planted error: how many seeds, and how many seconds, until it is caught."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.simulation.plans import History
from tests.simulation.planted.contract import CONTRACT
from tests.simulation.planted.further import FURTHER
from tests.simulation.planted.own import OWN
from tests.simulation.planted.patches import Error, planted
from tests.simulation.planted.scenes import SCENES
from tests.simulation.simulate import Verdict, expect, simulate

ERRORS = (*CONTRACT, *OWN, *FURTHER)
RECORDED = Path(__file__).parent / "seeds.json"
MOST_SEEDS = 3000


@dataclass(frozen=True, slots=True)
class Catch:
    """``seed`` is the first that shows the error; None when none of the seeds did."""

    error: Error
    seed: int | None
    seeds: int
    cpu_s: float
    violation: str


def hunt(error: Error, most: int = MOST_SEEDS) -> Catch:
    began = time.process_time()
    for seed in range(most):
        verdict = try_seed(error, seed)
        if verdict.violation:
            return Catch(error, seed, seed + 1, time.process_time() - began, verdict.violation)
    return Catch(error, None, most, time.process_time() - began, "")


def try_seed(error: Error, seed: int) -> Verdict:
    """A history of the error's scene with the error in it."""
    history = SCENES[error.scene].history(seed)
    expect(history)
    with planted(error):
        return simulate_anyhow(history)


def simulate_anyhow(history: History) -> Verdict:
    """A product so broken that it stops with an exception of its own has been caught, too."""
    try:
        return simulate(history)
    except (KeyError, ValueError, AssertionError, TypeError, AttributeError) as bug:
        return Verdict(history.seed, f"stopped: {bug!r}"[:120], "", 0)


def clean(error: Error, seed: int) -> Verdict:
    """The same history without the error."""
    return simulate(SCENES[error.scene].history(seed))


def recorded() -> dict[str, int]:
    seeds: dict[str, int] = json.loads(RECORDED.read_text(encoding="utf-8"))
    return seeds


def hunt_all(names: tuple[str, ...] = ()) -> Iterator[Catch]:
    for error in ERRORS:
        if not names or error.name in names:
            yield hunt(error)
