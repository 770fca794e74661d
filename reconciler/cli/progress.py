"""What a run shows while it works: a moving display on a terminal, a line per transition in a pipe."""

from __future__ import annotations

import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from reconciler.cli.output import is_live, say
from reconciler.engine.effects import Settled, Skipped, Started
from reconciler.model.outcome import Done, Failed, Waiting
from reconciler.model.plan import Plan
from reconciler.planning.render import kind_order
from reconciler.spec.text import escape, printable

HEARTBEAT_S = 30.0
_COLOURS = {"✓": "green", "✗": "red", "?": "red"}
_PAST = {"create": "made", "update": "changed", "delete": "removed"}


class Progress(Protocol):
    def planned(self, plan: Plan) -> None: ...
    def report(self, report: object) -> None: ...
    def line(self, text: str) -> None: ...


@contextmanager
def make_progress(quiet: bool) -> Iterator[Progress]:
    """The display that fits standard error."""
    if not quiet and is_live(sys.stderr):
        with _live() as progress:
            yield progress
        return
    plain = PlainProgress()
    beating = threading.Thread(target=plain.beat, daemon=True)
    beating.start()
    try:
        yield plain
    finally:
        plain.over.set()
        beating.join()


class PlainProgress:
    """One line per transition; a sign of life every 30 s of silence."""

    def __init__(self) -> None:
        self.over = threading.Event()
        self._last = time.monotonic()
        self._busy: Counter[str] = Counter()

    def planned(self, plan: Plan) -> None:
        pass

    def report(self, report: object) -> None:
        if isinstance(report, Started):
            self._busy[str(report.endpoint)] += len(report.steps)
        elif isinstance(report, Settled):
            self._busy[str(report.step.change.resource.endpoint)] -= 1
        text = describe(report)
        if text:
            self.line(text)

    def line(self, text: str) -> None:
        self._last = time.monotonic()
        mark, _, rest = text.partition(" ")
        if mark in _COLOURS:
            say(rest, mark=mark, colour=_COLOURS[mark])
        else:
            say(text)

    def beat(self) -> None:
        while not self.over.wait(1.0):
            if time.monotonic() - self._last >= HEARTBEAT_S:
                busy = sorted(endpoint for endpoint, count in self._busy.items() if count > 0)
                self.line(f"still at work: {', '.join(busy[:5]) or 'waiting'}")


def describe(report: object) -> str:
    """The line for a transition; empty for what is not worth one."""
    match report:
        case Settled(step, Done(address)):
            return f"✓ {_PAST[step.change.action]} {address.kind} {address.name}"
        case Settled(_, Waiting(address, reason, _)):
            return f"… {address.kind} {address.name}: {printable(reason)}"
        case Settled(_, Failed(address, error, unsure)):
            return f"{'?' if unsure else '✗'} {address.kind} {address.name}: {printable(str(error))}" + (
                " (outcome unknown)" if unsure else ""
            )
        case Skipped(step, because) if because:
            first = sorted(because)[0]
            return f"- skipped {step.change.address.kind} {step.change.address.name}: needs {first}"
    return ""


@contextmanager
def _live() -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars
    from rich.text import Text

    console = Console(stderr=True, markup=False, emoji=False, highlight=False)
    bars = Bars(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=False,
    )

    class LiveProgress:
        def __init__(self) -> None:
            self._tasks: dict[str, int] = {}
            self._totals: Counter[str] = Counter()

        def planned(self, plan: Plan) -> None:
            counts = Counter(address.kind for address in plan.steps)
            for kind, count in sorted(counts.items(), key=lambda item: kind_order(item[0])):
                if kind in self._tasks:
                    self._totals[kind] += count
                    bars.update(self._tasks[kind], total=self._totals[kind])  # type: ignore[arg-type]  # rich's TaskID
                else:
                    self._totals[kind] = count
                    self._tasks[kind] = bars.add_task(f"{kind:<12}", total=count)

        def report(self, report: object) -> None:
            if isinstance(report, Settled):
                if isinstance(report.outcome, Done):
                    bars.advance(self._tasks[report.step.change.address.kind])  # type: ignore[arg-type]  # rich's TaskID
                else:
                    self.line(describe(report))
            elif isinstance(report, Skipped):
                self.line(describe(report))

        def line(self, text: str) -> None:
            if text:
                console.print(Text(escape(text)), soft_wrap=True)

    with bars:
        yield LiveProgress()
