"""What goes to a terminal or a pipe: result on stdout, everything else on stderr; foreign text escaped."""

from __future__ import annotations

import json
import os
import sys
from typing import TextIO

import click

from reconciler.model.errors import ReconcilerError, SpecError
from reconciler.spec.text import escape, printable


def wants_colour(stream: TextIO) -> bool:
    """``NO_COLOR`` wins over everything; then ``FORCE_COLOR``; then whether it is a terminal."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (stream.isatty() and os.environ.get("TERM") != "dumb")


def is_live(stream: TextIO) -> bool:
    """Whether a display that moves makes sense: a terminal, and not a pipeline's."""
    return stream.isatty() and not os.environ.get("CI") and os.environ.get("TERM") != "dumb"


def style(text: str, colour: str, stream: TextIO) -> str:
    return click.style(text, fg=colour) if wants_colour(stream) else text


def say(text: str, *, mark: str = "", colour: str = "") -> None:
    """A line of progress, a warning or an error: stderr.  ``mark`` stands before it, in colour where that is wanted."""
    head = f"{style(mark, colour, sys.stderr)} " if mark else ""
    print(head + escape(text), file=sys.stderr, flush=True)


def result(text: str) -> None:
    """The result that was asked for: stdout."""
    print(escape(text))


def result_json(value: object) -> None:
    print(json.dumps(value, indent=2, ensure_ascii=True, sort_keys=False))


def show_error(error: ReconcilerError) -> None:
    if isinstance(error, SpecError):
        from reconciler.cli.diagnostics import ShownSpecError, show_diagnostics

        if not isinstance(error, ShownSpecError):
            show_diagnostics(error.diagnostics, {})
        return
    say(str(error), mark="error:", colour="red")


def error_as_data(error: Exception, code: int) -> dict[str, object]:
    """What went wrong, for those who asked for JSON: their input never ends in the middle."""
    data: dict[str, object] = {"error": str(error), "exitCode": code}
    if isinstance(error, SpecError):
        data["diagnostics"] = [
            {"code": d.code, "severity": str(d.severity), "message": d.summary, "hint": d.hint, "at": str(d.span or "")}
            for d in error.diagnostics
        ]
    return data


def table(headers: list[str], rows: list[list[str]]) -> str:
    """Columns as wide as their widest value; no wrapping, no lines: fit for ``awk``."""
    lines = [headers, *([printable(value) for value in row] for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(headers))]
    return "\n".join(
        "  ".join(value.ljust(width) for value, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )
