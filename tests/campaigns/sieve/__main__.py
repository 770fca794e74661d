"""Perturb the view of the real product at every event that an undisturbed run comes by, and compare the ends.

``python -m tests.campaigns.sieve`` does all plans; ``--share 0.1 --seed 7`` a tenth of them, drawn from the seed.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter

from tests.campaigns.sieve.campaign import Learned, open_sieve, run
from tests.campaigns.sieve.workloads import WORKLOADS, named
from tests.campaigns.stage.watching import SORTS


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--share", type=float, default=1.0)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--only", default="", help="workloads, separated by commas")
    given = arguments.parse_args()
    chance, chosen = random.Random(given.seed), named(given.only)
    total: Counter[str] = Counter()
    started = time.monotonic()
    print(
        f"{'workload':<16} {'events':>6} " + " ".join(f"{sort:>6}" for sort in SORTS) + f" {'missed':>6} {'wrong':>6}"
    )
    with open_sieve() as sieve:
        for workload in filter(chosen, WORKLOADS):
            row: Counter[str] = Counter()
            numbers = None if given.share >= 1 else [n for n in range(10_000) if chance.random() < given.share]
            for said in run(sieve, workload, numbers):
                if isinstance(said, Learned):
                    row["events"] = sum(not event.startswith("outdated ") for event in said.events)
                    continue
                row += Counter({said.perturbation.sort: 1, "missed": not said.struck, "wrong": bool(said.wrong)})
                for line in said.wrong:
                    print(f"  {said.workload}: {said.perturbation.sort} at {said.perturbation.event}: {line}")
            total += row
            counts = " ".join(f"{row[sort]:>6}" for sort in SORTS)
            print(f"{workload.name:<16} {row['events']:>6} {counts} {row['missed']:>6} {row['wrong']:>6}", flush=True)
    done = sum(total[sort] for sort in SORTS)
    print(
        f"{done} plans on {total['events']} events in {time.monotonic() - started:.0f} s;"
        f" {total['missed']} came to nothing (their event was not met again); {total['wrong']} violations"
    )
    return 1 if total["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
