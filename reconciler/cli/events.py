"""The event stream: one JSON object a line, numbered without gaps, ``run_summary`` always last."""

from __future__ import annotations

import json
import os
import sys
from types import TracebackType
from typing import TextIO

from reconciler import __version__
from reconciler.cli.exits import Exit, exit_of
from reconciler.engine.effects import Finished
from reconciler.model.errors import ReconcilerError
from reconciler.model.event import Event, Level
from reconciler.runs.context import utc_now
from reconciler.runs.events import events_of
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
