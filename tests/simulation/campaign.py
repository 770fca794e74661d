"""Many seeds, on as many cores as are given: how fast, and what went wrong."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import repeat

from tests.simulation.plans import History, draw, draw_granted
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


def run_batch(first: int, last: int, granted: bool = False) -> Batch:
    """Seeds from ``first`` to before ``last``, in this process; its garbage is collected once, at the end.

    ``granted``: of the histories in which a batch scheduler chooses the nodes.
    """
    began = time.process_time()
    gc.disable()
    try:
        results = tuple(_run(seed, granted) for seed in range(first, last))
        gc.collect()
    finally:
        gc.enable()
    return Batch(results, time.process_time() - began)


def _run(seed: int, granted: bool) -> Result:
    try:
        verdict = simulate(history_of(seed, granted))
    except Exception as bug:  # also a fault of the simulator's must not end a night's campaign
        return Result(seed, f"bug: {bug!r}", "", unsettled=False)
    return Result(seed, verdict.violation, verdict.digest, bool(verdict.unsettled))


def history_of(seed: int, granted: bool) -> History:
    return draw_granted(seed) if granted else draw(seed)


def run_seeds(first: int, last: int, jobs: int, granted: bool = False) -> Iterator[Batch]:
    """All seeds from ``first`` to ``last``, both included, in order."""
    starts = range(first, last + 1, CHUNK)
    ends = [min(start + CHUNK, last + 1) for start in starts]
    if jobs == 1:
        yield from map(run_batch, starts, ends, repeat(granted))
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(run_batch, starts, ends, repeat(granted))


def keep(seed: int, granted: bool = False) -> str:
    """Shrink a seed that goes wrong into a regression file; its path."""
    history = history_of(seed, granted)
    small = shrink(explicit(history, simulate(history)))
    return str(save(f"{'granted' if granted else 'seed'}-{seed}", small, simulate(small)))
