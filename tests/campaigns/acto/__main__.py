"""Change every field of the documents, in valid ways and in others: the testbed follows, or nothing happens.

``python -m tests.campaigns.acto`` does all; ``--share 0.1 --seed 7`` a tenth of the cases, drawn from the seed.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter

from tests.campaigns.acto.campaign import open_acto
from tests.campaigns.acto.cases import MOST, all_trials, carry_out, covered


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--share", type=float, default=1.0)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--only", default="", help="cases with this in their name")
    given = arguments.parse_args()
    chance, started = random.Random(given.seed), time.monotonic()
    counts: Counter[str] = Counter()
    with open_acto() as acto:
        trials = list(all_trials(acto.sites_reached(), MOST))
        chosen = [trial for trial in trials if given.only in trial.name and chance.random() < given.share]
        for trial, verdict in carry_out(acto, chosen):
            counts += Counter({trial.sort: 1, "runs": verdict.runs, "wrong": bool(verdict.wrong)})
            for line in verdict.wrong:
                print(f"  {verdict.case}: {line}", flush=True)
    done = ", ".join(f"{counts[sort]} {sort}" for sort in sorted({trial.sort for trial in trials}))
    print(f"{done}; {counts['runs']} runs in {time.monotonic() - started:.0f} s; {counts['wrong']} violations")
    coverage = covered(trials)
    print(coverage)
    return 0 if not counts["wrong"] and coverage.complete else 1


if __name__ == "__main__":
    sys.exit(main())
