"""Many texts to a process that may die of any of them: its end is told apart, and the rest goes on without it."""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerProcess
from multiprocessing.sharedctypes import Synchronized

from tests.campaigns.fuzz_documents.cases import make_case
from tests.campaigns.fuzz_documents.verdict import Reader, judge

MIB = 1024 * 1024
SPACE_BYTES = 256 * MIB
_WALL_S = 120.0
"""For a text that makes the reader wait for something; far above what a busy machine adds to the CPU time."""

_CONTEXT = multiprocessing.get_context("forkserver")


@dataclass(frozen=True, slots=True)
class Batch:
    seed: int
    first: int
    count: int
    cpu_s: float = 5.0
    """For each text; it ends the process wherever that is."""

    def around(self, number: int) -> Iterator[Batch]:
        """All of it but for one."""
        for first, end in ((self.first, number), (number + 1, self.first + self.count)):
            if end > first:
                yield replace(self, first=first, count=end - first)


@dataclass(slots=True)
class PassResult:
    """What came of a batch: ``sound`` texts, complaints by their code, and by number what should not have been."""

    count: int = 0
    sound: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    faults: dict[int, str] = field(default_factory=dict)
    peak_kib: int = 0

    def add(self, other: PassResult) -> None:
        self.count += other.count
        self.sound += other.sound
        self.codes.update(other.codes)
        self.faults.update(other.faults)
        self.peak_kib = max(self.peak_kib, other.peak_kib)


def run(batches: Iterable[Batch], jobs: int, read: Reader | None = None) -> Iterator[PassResult]:
    """A tally for each batch, and one for each text that ended its process."""
    _CONTEXT.set_forkserver_preload([__name__])
    waiting = list(batches)[::-1]
    running: dict[int, _Child] = {}
    try:
        while waiting or running:
            while waiting and len(running) < jobs:
                child = _Child(waiting.pop(), read)
                running[child.process.sentinel] = child
            # What a child has to say may be more than the line holds, and it ends only when all is taken.
            ready = wait([*running, *(child.line for child in running.values())])
            for child in [c for c in running.values() if c.process.sentinel in ready or c.line in ready]:
                del running[child.process.sentinel]
                tally, left = child.end()
                waiting += left
                yield tally
    finally:
        for child in running.values():
            child.process.kill()
            child.process.join()


class _Child:
    def __init__(self, batch: Batch, read: Reader | None) -> None:
        self.batch = batch
        self.line, end = _CONTEXT.Pipe(duplex=False)
        self._at: Synchronized[int] = _CONTEXT.Value("q", -1)
        self.process: ForkServerProcess = _CONTEXT.Process(target=_serve, args=(batch, end, self._at, read))
        self.process.start()
        end.close()

    def end(self) -> tuple[PassResult, list[Batch]]:
        """What came of it, and what is still to be done: the others, where one killed it."""
        try:
            tally: PassResult | None = self.line.recv()
        except EOFError:
            tally = None
        self.line.close()
        self.process.join()
        if tally is not None:
            return tally, []
        at = self._at.value
        if at < self.batch.first:
            raise RuntimeError(f"{self.batch}: its process ended before it began, with {self.process.exitcode}")
        return PassResult(count=1, faults={at: self._cause()}), list(self.batch.around(at))

    def _cause(self) -> str:
        code = self.process.exitcode or 0
        if code == -signal.SIGPROF:
            return f"took more than {self.batch.cpu_s:.0f} s"
        if code == -signal.SIGALRM:
            return f"no end after {_WALL_S:.0f} s"
        return f"ended its process: {signal.Signals(-code).name if code < 0 else f'exit {code}'}"


def _serve(batch: Batch, line: Connection, at: Synchronized[int], read: Reader | None) -> None:
    # The defaults end the process also where it is within libyaml and no Python runs.
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (SPACE_BYTES, SPACE_BYTES))
    tally = PassResult()
    for number in range(batch.first, batch.first + batch.count):
        data = make_case(batch.seed, number)
        at.value = number
        signal.setitimer(signal.ITIMER_PROF, batch.cpu_s)
        signal.setitimer(signal.ITIMER_REAL, _WALL_S)
        verdict = judge(data, number, read)
        tally.count += 1
        tally.sound += not verdict.codes and not verdict.fault
        tally.codes.update(verdict.codes)
        if verdict.fault:
            tally.faults[number] = verdict.fault
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.setitimer(signal.ITIMER_REAL, 0)
    tally.peak_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    line.send(tally)
    os._exit(0)
