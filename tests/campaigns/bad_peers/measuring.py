"""One call on one bad peer, in a process of its own: how it ended, how long it took, how much memory."""

from __future__ import annotations

import gc
import json
import os
import re
import resource
import select
import signal
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from reconciler.model.errors import ReconcilerError
from reconciler.transport.contact import Contact
from reconciler.transport.cutoff import THREAD
from tests.campaigns.bad_peers.calls import Call
from tests.campaigns.bad_peers.mode import ANSWER, LOST, Mode

HUNG = "HUNG"
GRACE_S = 2.0
GROWTH_MIB = 64.0
_MOST_MEMORY = 3 << 30
_CLOSE_WITHIN_S = 2.0
_MORE = {"close": frozenset({ANSWER}), "large": LOST}
"""What a call may end as whatever the peer does."""


@dataclass(frozen=True, slots=True)
class Case:
    family: str
    mode: Mode
    call: Call
    contact: Contact


@dataclass(frozen=True, slots=True)
class Ending:
    """``how`` is ANSWER, HUNG, or the class of the error; ``seconds`` of the call, ``closing_s`` of giving it up.

    What the machine took for others meanwhile is not in them.  ``threads`` of the call were still there afterwards.
    """

    case: Case
    how: str
    said: str
    seconds: float
    closing_s: float
    growth_mib: float
    threads: int

    @property
    def over_s(self) -> float:
        """How much later than its bound; negative when it ended within it."""
        return self.seconds - self.case.call.bound_s

    @property
    def faults(self) -> Iterator[str]:
        allowed = self.case.mode.may_end | _MORE.get(self.case.call.name.rpartition(", ")[2], frozenset())
        if self.how not in allowed:
            yield f"ended as {self.how} ({self.said[:160]!a}), not as {' or '.join(sorted(allowed))}"
        if self.over_s > GRACE_S:
            yield f"took {self.seconds:.1f} s of {self.case.call.bound_s:.1f} s"
        if self.closing_s > _CLOSE_WITHIN_S:
            yield f"was closed only after {self.closing_s:.1f} s"
        if self.growth_mib > GROWTH_MIB:
            yield f"took {self.growth_mib:.0f} MiB"
        if self.threads:
            yield f"left {self.threads} threads"


def run_all(cases: Iterable[Case], jobs: int) -> Iterator[Ending]:
    """So many at a time; most of them only wait."""
    waiting = iter(cases)
    running: dict[int, tuple[int, Case, float]] = {}
    while True:
        while len(running) < jobs and (case := next(waiting, None)) is not None:
            pipe, child = _start(case)
            running[pipe] = (child, case, time.monotonic() + 12 + case.call.bound_s + GRACE_S + _CLOSE_WITHIN_S)
        if not running:
            return
        ready, _, _ = select.select(list(running), [], [], 0.2)
        now = time.monotonic()
        for pipe in [p for p, (_, _, until) in running.items() if p in ready or now > until]:
            child, case, _ = running.pop(pipe)
            yield _finish(pipe, child, case, pipe in ready)


def _start(case: Case) -> tuple[int, int]:
    said, says = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(said)
        code = 1
        try:
            os.write(says, json.dumps(_measure(case)).encode())
            code = 0
        finally:
            os._exit(code)
    os.close(says)
    return said, child


def _finish(pipe: int, child: int, case: Case, ended: bool) -> Ending:
    if not ended:
        os.kill(child, signal.SIGKILL)
    with os.fdopen(pipe, "rb") as result:
        text = result.read()
    os.waitpid(child, 0)
    if not text:
        return Ending(case, HUNG if not ended else "CRASHED", "", float("inf"), 0.0, 0.0, 0)
    return Ending(case, *json.loads(text))


def _measure(case: Case) -> tuple[str, str, float, float, float, int]:
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    state = case.call.prepare(case.contact)
    gc.collect()
    before = _restart_peak()
    started, waited = time.monotonic(), _waited_for_processor()
    try:
        case.call.act(state)
        how, said = ANSWER, ""
    except ReconcilerError as error:
        how, said = type(error).__name__, str(error)
    except Exception as error:  # whatever else comes is what is looked for
        how, said = f"{type(error).__name__}!", str(error)
    growth = _peak() - before
    seconds = time.monotonic() - started - (_waited_for_processor() - waited)
    started, waited = time.monotonic(), _waited_for_processor()
    case.call.close(state)
    closing_s = time.monotonic() - started - (_waited_for_processor() - waited)
    return how, said, seconds, closing_s, growth, _threads_left()


def _waited_for_processor() -> float:
    """Seconds that threads of ours could have run and others did: no bound can be held against that."""
    total = 0
    for task in Path("/proc/self/task").glob("*/schedstat"):
        with suppress(OSError):  # a thread that ends meanwhile
            total += int(task.read_text().split()[1])
    return total / 1e9


def _restart_peak() -> float:
    """MiB now; the kernel counts the peak anew from here."""
    Path("/proc/self/clear_refs").write_text("5")
    return _peak()


def _peak() -> float:
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found
    return int(found[1]) / 1024


def _threads_left() -> int:
    until = time.monotonic() + _CLOSE_WITHIN_S
    while (left := _threads()) and time.monotonic() < until:
        time.sleep(0.02)
    return left


def _threads() -> int:
    """All but this one and the one that keeps the deadlines of all calls."""
    return sum(thread.name not in (THREAD, threading.current_thread().name) for thread in threading.enumerate())
