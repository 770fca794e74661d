"""The event stream: one JSON object a line, numbered without gaps, ``run_summary`` always last."""

from __future__ import annotations

import json
import os
import sys
from types import TracebackType
from typing import TextIO

from reconciler import __version__
from reconciler.cli.exits import Exit, exit_of
from reconciler.engine.effects import Finished, PassPlanned, Settled, Skipped, Started
from reconciler.model.errors import ReconcilerError
from reconciler.model.event import Event, Level
from reconciler.model.outcome import Done, Failed, Waiting
from reconciler.planning.render import drifted, summarise
from reconciler.runs.context import utc_now
from reconciler.spec.text import escape

VERSION = "1.0"


class EventLog:
    """Writes a run's events to ``path`` (``-`` for stdout); to nowhere without one."""

    def __init__(self, path: str | None, run: str, experiment: str) -> None:
        self._path, self._run, self._experiment = path, run, experiment
        self._sequence = 0
        self._stream: TextIO | None = None
        self._summarised = False

    def __enter__(self) -> EventLog:
        if self._path == "-":
            self._stream = sys.stdout
        elif self._path:
            handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            self._stream = os.fdopen(handle, "a", encoding="utf-8")
        self._write(Event("version", f"reconciler {__version__}", fields={"tool": __version__, "schema": VERSION}))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._summarised:
            code = exit_of(error) if isinstance(error, ReconcilerError) else Exit.FAILED
            self._write(Event("run_summary", str(error or "ended early"), Level.ERROR, {"exitCode": int(code)}))
        if self._stream is not None and self._path != "-":
            self._stream.close()

    def started(self) -> None:
        self._write(Event("run_started", f"run on {self._experiment}", fields={"experiment": self._experiment}))

    def report(self, report: object) -> None:
        for event in events_of(report):
            self._write(event)

    def ended(self, code: Exit, finished: Finished) -> None:
        if finished.interrupted:
            asked = code in (Exit.INTERRUPTED, Exit.TERMINATED)
            why = "stopped on request" if asked else "stopped: this run may not go on"
            self._write(Event("run_interrupted", why, Level.WARNING))
        self._write(
            Event(
                "run_summary",
                "converged" if finished.converged else "not converged",
                Level.INFO if finished.converged else Level.ERROR,
                {"exitCode": int(code), "converged": finished.converged, "changes": finished.changed_count},
            )
        )
        self._summarised = True

    def _write(self, event: Event) -> None:
        self._sequence += 1
        if self._stream is None:
            return
        line = {
            "v": VERSION,
            "seq": self._sequence,
            "ts": utc_now().isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "run": self._run,
            "type": event.type,
            "level": str(event.level),
            "msg": escape(event.message),
            **event.fields,
        }
        self._stream.write(json.dumps(line, ensure_ascii=True) + "\n")
        self._stream.flush()


def events_of(report: object) -> list[Event]:
    """What a report of the loop says to the outside."""
    match report:
        case PassPlanned(number, decision):
            plan = decision.plan
            found = [Event("plan_summary", summarise(plan), fields={"pass": number, "steps": len(plan.steps)})]
            found += [
                Event("drift_detected", f"{address} drifted", Level.WARNING, {"address": str(address)})
                for address in drifted(decision.world.recorded, plan)
            ]
            return found + [
                Event(
                    "action_planned",
                    f"{s.change.action} {a}",
                    Level.DEBUG,
                    {"address": str(a), "action": str(s.change.action)},
                )
                for a, s in sorted(plan.steps.items())
            ]
        case Started(endpoint, steps):
            return [
                Event(
                    "action_started",
                    f"{s.change.action} {s.change.address}",
                    fields={"address": str(s.change.address), "endpoint": str(endpoint)},
                )
                for s in steps
            ]
        case Settled(step, Done(address)):
            return [Event("action_succeeded", f"{step.change.action} {address}", fields={"address": str(address)})]
        case Settled(_, Waiting(address, reason, retry_in_s)):
            return [Event("action_progress", reason, fields={"address": str(address), "retryInS": retry_in_s})]
        case Settled(_, Failed(address, error, unsure)):
            return [Event("action_failed", str(error), Level.ERROR, {"address": str(address), "unsure": unsure})]
        case Skipped(step, because):
            why = [str(address) for address in sorted(because)]
            return [
                Event(
                    "action_skipped",
                    f"{step.change.address}",
                    Level.WARNING,
                    {"address": str(step.change.address), "because": why},
                )
            ]
    return []
