"""Random histories (``--seeds 0..4999 --jobs 2``), or every boundary with every fault (``--exhaustive``)."""

from __future__ import annotations

import argparse
import sys
import time

from tests.simulation.campaign import history_of, keep, run_seeds
from tests.simulation.exhaustive import run_all
from tests.simulation.shrink import save
from tests.simulation.simulate import simulate

EVERY = 10_000
"""So often a long campaign says how far it is."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.simulation", description=__doc__)
    parser.add_argument("--seeds", default="0..4999", metavar="A..B", help="both included")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--hashes", action="store_true", help="print each seed's trace hash")
    parser.add_argument("--trace", type=int, metavar="SEED", help="print one seed's trace, line by line")
    parser.add_argument("--granted", action="store_true", help="a batch scheduler chooses the nodes")
    parser.add_argument("--exhaustive", action="store_true", help="every boundary of the reference histories instead")
    parser.add_argument("--keep", type=int, default=3, metavar="N", help="shrink so many failing seeds into files")
    options = parser.parse_args()
    if options.trace is not None:
        return trace(options.trace, granted=options.granted)
    if options.exhaustive:
        return exhaustive()
    first, _, last = options.seeds.partition("..")
    last = last or first
    return random(
        int(first), int(last), options.jobs, hashes=options.hashes, keeping=options.keep, granted=options.granted
    )


def trace(seed: int, *, granted: bool = False) -> int:
    verdict = simulate(history_of(seed, granted), keep=True)
    print("\n".join(verdict.lines))
    print(f"seed {seed}: {verdict.violation or 'nothing went wrong'}; {verdict.digest}")
    return 1 if verdict.violation else 0


def exhaustive() -> int:
    began = time.process_time()
    count, wrong = run_all()
    print(f"{count} histories, {len(wrong)} violations, {time.process_time() - began:.0f} s of one core")
    for index, (name, history, verdict) in enumerate(wrong[:10]):
        path = save(f"exhaustive-{index}", history, verdict)
        print(f"{name}: {verdict.violation}\n  {path}")
    return 1 if wrong else 0


def random(first: int, last: int, jobs: int, *, hashes: bool, keeping: int, granted: bool = False) -> int:
    began, cpu_s, count, unsettled = time.monotonic(), 0.0, 0, 0
    wrong = []
    for batch in run_seeds(first, last, jobs, granted):
        cpu_s += batch.cpu_s
        for result in batch.results:
            count += 1
            unsettled += result.unsettled
            if hashes:
                print(result.seed, result.digest)
            if result.violation:
                wrong.append(result)
                print(f"seed {result.seed}: {result.violation}", flush=True)
        if count // EVERY > (count - len(batch.results)) // EVERY:
            print(f"{count} seeds, {len(wrong)} violations, {count / cpu_s:.0f} a second", file=sys.stderr, flush=True)
    if not hashes:
        rate, wall_s = count / cpu_s, time.monotonic() - began
        print(f"{count} seeds, {len(wrong)} violations, {unsettled} ended with a reason why not;", end=" ")
        print(f"{rate:.0f} seeds a second of one core, {wall_s:.0f} s in all")
    for result in wrong[:keeping]:
        print(f"seed {result.seed} shrunk: {keep(result.seed, granted)}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
