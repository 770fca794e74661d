"""Runs through a proxy that cuts, stalls, slices and swallows: when it stops, everything is as it has to be.

``python -m tests.campaigns.proxied --count 100 --seed 1 [--workloads create,grow]``
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.campaigns.kill import Killer, Known, open_killer
from tests.campaigns.proxy import Fault, Proxy, Target, by_turns, draw, proxying
from tests.campaigns.sieve.judging import differences, look
from tests.campaigns.sieve.workloads import WORKLOADS, Workload, named

_ADDRESS = re.compile(r'(?P<a>address: )"(?P<host>127[\d.]+)"(?P<b>\n +port: )(?P<port>\d+)')
_URL = re.compile(r"http://(?P<host>127[\d.]+):(?P<port>\d+)")
LONGEST_S = 6.0
"""Longer than any call waits: the device learns of the end of a connection after who made it has given it up."""
RUNS = 4
EXTRA_COMMITS = 3
"""A commit on trial that nobody could confirm is taken back, and made again; marks get the later epochs of new runs."""


@dataclass(frozen=True, slots=True)
class Verdict:
    workload: str
    seed: int
    struck: tuple[Fault, ...]
    runs: int
    seconds: float
    wrong: tuple[str, ...]


def judge(killer: Killer, proxy: Proxy, known: Known, seed: int) -> Verdict:
    """Up to six connections of the first two runs are bad; a run after those has to converge."""
    chance, learned, started = Random(seed), known.learned, time.monotonic()
    killer.begin(learned)
    proxy.struck.clear()
    proxy.plan = by_turns({chance.randrange(14): draw(chance, LONGEST_S) for _ in range(chance.randint(1, 6))})
    ended, runs = killer.run(learned, hurried=True), 1
    while ended["code"] != 0 and runs < RUNS:
        if runs == RUNS - 2:
            proxy.plan = lambda target: None
        ended, runs = killer.run(learned, hurried=True), runs + 1
    proxy.plan = lambda target: None
    if ended["code"] != 0:
        wrong = [f"run {runs} exited {ended['code']}: {ended['out'].strip()[-500:]}"]
    else:
        wrong = list(differences(look(killer.stage), learned.end, EXTRA_COMMITS))
    struck = tuple(fault for _, fault in proxy.struck)
    return Verdict(learned.workload.name, seed, struck, runs, time.monotonic() - started, tuple(wrong))


@contextmanager
def between(killer: Killer) -> Iterator[Proxy]:
    """Put a proxy between the program and every device of the stage: in the documents that say where they are."""
    files = {file: file.read_text() for file in sorted((killer.stage.folder / "lab" / "sites").glob("*.yaml"))}
    with proxying(targets_in(files)) as proxy:
        for file, text in files.items():
            file.write_text(redirected(text, proxy.ports))
        yield proxy
        for file, text in files.items():
            file.write_text(text)


def targets_in(files: Mapping[Path, str]) -> Sequence[Target]:
    return sorted(
        {(m["host"], int(m["port"])) for t in files.values() for form in (_ADDRESS, _URL) for m in form.finditer(t)}
    )


def redirected(text: str, ports: Mapping[Target, int]) -> str:
    text = _ADDRESS.sub(lambda m: f'{m["a"]}"127.0.0.1"{m["b"]}{ports[m["host"], int(m["port"])]}', text)
    return _URL.sub(lambda m: f"http://127.0.0.1:{ports[m['host'], int(m['port'])]}", text)


def campaign(killer: Killer, count: int, chosen: Sequence[Workload], seed: int) -> Iterator[Verdict]:
    known = [killer.learn(workload) for workload in chosen]
    with between(killer) as proxy:
        for number in range(count):
            yield judge(killer, proxy, known[number % len(known)], seed * 100_000 + number)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--count", type=int, default=100)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--workloads", default="", help="names, separated by commas; all without")
    given = arguments.parse_args()
    chosen = [workload for workload in WORKLOADS if named(given.workloads)(workload)]
    started, sorts, runs, failed = time.monotonic(), Counter[str](), Counter[int](), 0
    with open_killer() as killer:
        for told in campaign(killer, given.count, chosen, given.seed):
            sorts.update(str(fault.sort) for fault in told.struck)
            runs[told.runs] += 1
            if told.wrong:
                failed += 1
                faults = ", ".join(map(str, told.struck))
                print(
                    f"NOT SO: {told.workload}, seed {told.seed} ({faults}): {'; '.join(told.wrong)[:700]}", flush=True
                )
    found = ", ".join(f"{count} {sort}" for sort, count in sorted(sorts.items()))
    print(f"{given.count} lives through a bad proxy in {time.monotonic() - started:.0f} s: {found};")
    print(f"runs until converged: {dict(sorted(runs.items()))}; {failed} did not end as they should")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
