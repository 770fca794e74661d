"""Many seeds, on as many cores as are given: how fast, and what went wrong."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from tests.simulation.plans import draw
from tests.simulation.shrink import explicit, save, shrink
from tests.simulation.simulate import simulate

CHUNK = 50


@dataclass(frozen=True, slots=True)
class Result:
    seed: int
    violation: str
    digest: str
    unsettled: bool


@dataclass(frozen=True, slots=True)
class Batch:
    results: tuple[Result, ...]
    cpu_s: float


def run_batch(first: int, last: int) -> Batch:
    """Seeds from ``first`` to before ``last``, in this process; its garbage is collected once, at the end."""
    began = time.process_time()
    gc.disable()
    try:
        results = tuple(_run(seed) for seed in range(first, last))
        gc.collect()
    finally:
        gc.enable()
    return Batch(results, time.process_time() - began)


def _run(seed: int) -> Result:
    try:
        verdict = simulate(draw(seed))
    except Exception as bug:  # also a fault of the simulator's must not end a night's campaign
        return Result(seed, f"bug: {bug!r}", "", unsettled=False)
    return Result(seed, verdict.violation, verdict.digest, bool(verdict.unsettled))


def run_seeds(first: int, last: int, jobs: int) -> Iterator[Batch]:
    """All seeds from ``first`` to ``last``, both included, in order."""
    starts = range(first, last + 1, CHUNK)
    ends = [min(start + CHUNK, last + 1) for start in starts]
    if jobs == 1:
        yield from map(run_batch, starts, ends)
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(run_batch, starts, ends)


def keep(seed: int) -> str:
    """Shrink a seed that goes wrong into a regression file; its path."""
    history = draw(seed)
    small = shrink(explicit(history, simulate(history)))
    return str(save(f"seed-{seed}", small, simulate(small)))
