"""Texts to the reader of documents: ``python -m tests.campaigns.fuzz_documents --count 1000000 --jobs 2 --seed 1``."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from reconciler.spec.codes import CODES
from tests.campaigns.fuzz_documents.batches import MIB, SPACE_BYTES, Batch, PassResult, run
from tests.campaigns.fuzz_documents.cases import make_case

_BATCH = 5_000
_SHOWN = 20
_TOLD_EVERY_S = 30.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument(
        "--first", type=int, default=0, help="the number of the first text; --count 1 repeats one alone"
    )
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=Path("out/fuzz-documents"), help="where texts go that fail")
    given = parser.parse_args()
    end = given.first + given.count
    batches = [Batch(given.seed, at, min(_BATCH, end - at)) for at in range(given.first, end, _BATCH)]
    whole, began = PassResult(), time.monotonic()
    told = began
    for tally in run(batches, given.jobs):
        whole.add(tally)
        if time.monotonic() - told > _TOLD_EVERY_S:
            told = time.monotonic()
            print(f"{whole.count} of {given.count}, {len(whole.faults)} that do not hold", file=sys.stderr, flush=True)
    seconds = time.monotonic() - began
    _keep(whole.faults, given.seed, given.keep)
    rare = ", ".join(f"{code} {count}" for code, count in sorted(whole.codes.items(), key=lambda row: row[1])[:8])
    print(
        f"{whole.count} texts in {seconds:.0f} s ({whole.count / seconds:.0f}/s), seed {given.seed}:"
        f" {whole.sound} sound; at most {whole.peak_kib / 1024:.0f} MiB resident within {SPACE_BYTES // MIB} MiB"
        f" of address space; {len(whole.faults)} that do not hold"
    )
    print(f"{len(whole.codes)} of {len(CODES)} codes, the rarest {rare}")
    print(f"codes never met: {', '.join(sorted(CODES.keys() - whole.codes.keys())) or 'none'}")
    return 1 if whole.faults else 0


def _keep(faults: Mapping[int, str], seed: int, folder: Path) -> None:
    for number in faults:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{seed}-{number}.yaml").write_bytes(make_case(seed, number))
    for number, fault in sorted(faults.items())[:_SHOWN]:
        print(f"NOT SO: {folder / f'{seed}-{number}.yaml'} (--seed {seed} --first {number} --count 1): {fault}")


if __name__ == "__main__":
    sys.exit(main())
