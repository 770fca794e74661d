"""Kill the program (-9) at every failpoint and at random times: nothing acknowledged is lost, and the next run ends it.

``python -m tests.campaigns.kill --count 1000 [--seed 1] [--workloads create,grow]``
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from random import Random
from typing import IO, Any, TypeAlias

from reconciler.failpoint import EXIT_CODE
from tests.campaigns.kill_acknowledged import lost, read_events
from tests.campaigns.kill_forks import EVENTS
from tests.campaigns.kill_points import failpoints
from tests.campaigns.sieve.campaign import Learned, Sieve, open_sieve
from tests.campaigns.sieve.judging import differences, look
from tests.campaigns.sieve.workloads import WORKLOADS, Workload, named
from tests.campaigns.stage.stage import ROOT, Stage

EXTRA_COMMITS = 2
"""A run after one that died raises the epoch of our marks, and a commit on trial that was lost is made again."""
NEEDLESS = "/reconciler/fence: None instead of"
"""Left on a host by whoever changed something there; a run that finds all done there leaves none, and an older run that
might come later can no longer put anything into the journal."""
RUNS = 3


@dataclass(frozen=True, slots=True)
class Moment:
    """``fail`` is a failpoint's ``name:n``; without one the process is killed after so many seconds."""

    fail: str = ""
    after_s: float = 0.0

    def __str__(self) -> str:
        return self.fail or f"{self.after_s:.3f} s"


@dataclass(frozen=True, slots=True)
class Known:
    """An undisturbed run: what it led to, how long it took, and how often it came by each failpoint."""

    learned: Learned
    seconds: float
    reached: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Verdict:
    """``moments`` at which one run after the other was to die, and those of them that ``struck``."""

    workload: str
    moments: tuple[Moment, ...]
    struck: tuple[Moment, ...]
    runs: int
    wrong: tuple[str, ...]


class Killer:
    """Runs commands on a sieve's stage in processes of its own, which it can kill."""

    def __init__(self, sieve: Sieve, forks: subprocess.Popen[str]) -> None:
        self._sieve, self._forks = sieve, forks

    @property
    def stage(self) -> Stage:
        return self._sieve.stage

    def learn(self, workload: Workload) -> Known:
        learned = self._sieve.learn(workload)
        self.begin(learned)
        seconds = self.run(learned)["seconds"]
        self.begin(learned)
        counted = self.run(learned, count=True)
        assert counted["code"] == 0, counted["out"]
        return Known(learned, seconds, counted["reached"])

    def kill(self, known: Known, deaths: Sequence[Moment]) -> Verdict:
        """One run killed, then the next, as often as there are moments; then runs until one ends."""
        learned, stage = known.learned, self._sieve.stage
        self.begin(learned)
        struck, wrong, runs = [], [], 0
        for moment in deaths:
            ended = self.run(learned, **_arming(moment))
            if ended["code"] not in (-9, EXIT_CODE):
                break
            struck.append(moment)
            if (stage.folder / "state.db").exists():
                wrong += lost(stage.folder, read_events(ended["events"]))
        while ended["code"] != 0 and runs < RUNS:
            ended, runs = self.run(learned), runs + 1
        if ended["code"] != 0:
            wrong.append(f"run {runs} afterwards exited {ended['code']}: {ended['out'].strip()[-400:]}")
        else:
            found = differences(look(stage), learned.end, EXTRA_COMMITS)
            wrong += [line for line in found if NEEDLESS not in line]
        return Verdict(learned.workload.name, tuple(deaths), tuple(struck), runs, tuple(wrong))

    def begin(self, learned: Learned) -> None:
        self._sieve.stage.put_back(learned.start)
        if learned.workload.after is not None:
            self._sieve._apply(learned.workload.after)  # writes its file

    def run(self, learned: Learned, **more: Any) -> dict[str, Any]:
        folder = self._sieve.stage.folder
        words = [*learned.command, "--events", str(folder / EVENTS)]
        _stream(self._forks.stdin).write(json.dumps({"folder": str(folder), "words": words, **more}) + "\n")
        _stream(self._forks.stdin).flush()
        answer: dict[str, Any] = json.loads(_stream(self._forks.stdout).readline())
        return answer


def _arming(moment: Moment) -> dict[str, object]:
    return {"fail": f"{moment.fail}=exit"} if moment.fail else {"kill_after_s": moment.after_s}


Deaths: TypeAlias = tuple[Moment, ...]
RECOVERY = (
    "effect.Resolve.before:1",
    "effect.Resolve.after:1",
    "effect.ReadAllocations.after:1",
    "store.commit.after:3",
)
"""Where a run that follows a dead one does what others need not."""


def moments(known: Sequence[Known], chance: Random) -> Iterator[tuple[Known, Deaths]]:
    """Every failpoint that each workload comes by, first and last time; then any time of it; the rest by the clock.

    Every third run that follows a killed one is killed, too.
    """
    certain = [
        (one, Moment(f"{point}:{number}"))
        for one in known
        for point, reached in sorted(one.reached.items())
        for number in sorted({1, reached})
    ]
    chance.shuffle(certain)
    for one, moment in chain(certain, _any_moments(known, chance)):
        deaths: Deaths = (moment,)
        if chance.random() < 1 / 3:
            deaths += (Moment(chance.choice(RECOVERY)) if chance.random() < 0.5 else _any_time(one, chance),)
        yield one, deaths


def _any_moments(known: Sequence[Known], chance: Random) -> Iterator[tuple[Known, Moment]]:
    while True:
        one = chance.choice(known)
        point = chance.choice(sorted(one.reached))
        yield one, Moment(f"{point}:{chance.randint(1, one.reached[point])}")
        one = chance.choice(known)
        yield one, _any_time(one, chance)


def _any_time(known: Known, chance: Random) -> Moment:
    return Moment(after_s=chance.uniform(0, known.seconds))


@contextmanager
def open_killer() -> Iterator[Killer]:
    command = [sys.executable, "-m", "tests.campaigns.kill_forks"]
    with open_sieve() as sieve:
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            yield Killer(sieve, process)
        finally:
            _stream(process.stdin).close()
            process.wait(timeout=30)
            _stream(process.stdout).close()


def campaign(killer: Killer, count: int, chosen: Sequence[Workload], seed: int) -> Iterator[Known | Verdict]:
    known = []
    for workload in chosen:
        known.append(killer.learn(workload))
        yield known[-1]
    kills = 0
    for one, deaths in moments(known, Random(seed)):
        verdict = killer.kill(one, deaths)
        yield verdict
        kills += len(verdict.struck)
        if kills >= count:
            return


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--count", type=int, default=1000)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--workloads", default="", help="names, separated by commas; all without")
    given = arguments.parse_args()
    chosen = [workload for workload in WORKLOADS if named(given.workloads)(workload)]
    started, tally, struck, failed = time.monotonic(), Counter[str](), set[str](), 0
    with open_killer() as killer:
        for told in campaign(killer, given.count, chosen, given.seed):
            if isinstance(told, Known):
                continue
            for number, moment in enumerate(told.struck):
                tally["struck"] += 1
                tally["points" if moment.fail else "times"] += 1
                tally["again"] += number > 0
                struck.add(moment.fail.partition(":")[0])
                if tally["struck"] % 100 == 0:
                    print(
                        f"{tally['struck']} kills in {time.monotonic() - started:.0f} s",
                        file=sys.stderr,
                        flush=True,
                    )
            tally["over"] += not told.struck
            if told.wrong:
                failed += 1
                killed = ", then at ".join(map(str, told.moments))
                print(f"NOT SO: {told.workload}, killed at {killed}: {'; '.join(told.wrong)[:600]}", flush=True)
    unreached = [point for point in failpoints() if point not in struck]
    seconds = time.monotonic() - started
    where = f"{tally['points']} at failpoints, {tally['times']} at random times"
    print(f"{tally['struck']} kills in {seconds:.0f} s: {where},")
    print(f"{tally['again']} of them of runs that followed a killed one; {tally['over']} came after the end of a run.")
    print(f"{failed} did not end as they should.  Failpoints never come by: {', '.join(unreached) or 'none'}")
    return 1 if failed else 0


def _stream(found: IO[str] | None) -> IO[str]:
    assert found is not None, "opened as a pipe"
    return found


if __name__ == "__main__":
    sys.exit(main())
