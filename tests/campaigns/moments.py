"""When to kill: moments spread evenly over a run, by the clock, by its durable writes and by its messages."""

from __future__ import annotations

import random
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.campaigns.command_line import CommandLine, Ended, wait


@dataclass(frozen=True, slots=True)
class Span:
    """How long an undisturbed run of a command was, in each of the measures."""

    seconds: float
    commits: int
    sends: int


@dataclass(frozen=True, slots=True)
class Moment:
    """``sort`` is ``seconds``, ``before-commit``, ``after-commit`` or ``after-send``; ``at`` is in its measure."""

    sort: str
    at: float

    def __str__(self) -> str:
        return f"{self.at:.2f} s" if self.sort == "seconds" else f"{self.sort} {self.at:.0f}"


SURE = 0.85
"""No run is as long as another: writes are batched as they come.  Within this share of one, the next is not over."""
SORTS = ("seconds", "before-commit", "after-send", "after-commit")


def measure_seconds(line: CommandLine, words: Sequence[str]) -> float:
    """Run the command to its end."""
    started = time.monotonic()
    line.expect(*words)
    return time.monotonic() - started


def measure(line: CommandLine, words: Sequence[str], seconds: float) -> Span:
    """Run the command to its end, and count; that makes it slower, so ``seconds`` are those of another run."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "counts"
        ended = line.run(*words, module=("tests.campaigns.dying", f"count:{file}"))
        assert ended.code == 0, ended.err
        commits, sends = map(int, file.read_text().split())
    return Span(seconds, commits, sends)


def spread(span: Span, count: int, chance: random.Random) -> list[Moment]:
    """``count`` moments: the sorts in turn, and for each sort one chosen within every equal part of the run."""
    moments = []
    for index, sort in enumerate(SORTS):
        parts = len(range(index, count, len(SORTS)))
        for part in range(parts):
            share = (part + chance.random()) / parts
            moments.append(_place(sort, share, span))
    return moments


def _place(sort: str, share: float, span: Span) -> Moment:
    share *= SURE
    if sort == "seconds":
        return Moment(sort, share * span.seconds)
    return Moment(sort, 1 + int(share * (span.sends if sort == "after-send" else span.commits)))


def kill_at(line: CommandLine, words: Sequence[str], moment: Moment) -> Ended:
    """Run the command and kill it (-9) at the moment, or let it end if that comes first."""
    if moment.sort == "seconds":
        return kill_after(line.start(*words), moment.at)
    return line.run(*words, module=("tests.campaigns.dying", f"{moment.sort}:{moment.at:.0f}"))


def kill_after(process: subprocess.Popen[str], seconds: float) -> Ended:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
    return wait(process)
