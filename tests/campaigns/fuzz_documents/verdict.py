"""What must hold of every text: documents, or complaints that each have a place in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

import reconciler.spec.read as reading
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.errors import SpecError
from reconciler.spec.catalogue import Catalogue
from reconciler.spec.load import examine, load
from reconciler.spec.report import Format, render_report
from reconciler.spec.text import decode

Reader: TypeAlias = Callable[[bytes], tuple[str, tuple[Diagnostic, ...]]]
"""The text that was read, and what is wrong with it; nothing, when there are documents."""

FILE = "f.yaml"
_RARE = 16


@dataclass(frozen=True, slots=True)
class Verdict:
    """``fault`` is empty when all held; ``codes`` are those of the complaints."""

    codes: frozenset[str]
    fault: str = ""


def judge(data: bytes, number: int, read: Reader | None = None) -> Verdict:
    try:
        text, found = (read or _reader(number))(data)
        fault = next(_faults(text, found), "")
        if not fault and number % _RARE == 3:
            fault = _shown(found, {FILE: text}, tuple(Format)[number // _RARE % len(Format)])
    except BaseException as error:
        return Verdict(frozenset(), f"raised {type(error).__name__}: {str(error)[:200]}")
    return Verdict(frozenset(d.code for d in found), fault)


def read_strictly(data: bytes) -> tuple[str, tuple[Diagnostic, ...]]:
    """As a file is read: its bytes, its text, its documents."""
    try:
        text = decode(data, FILE)
    except SpecError as error:
        return data.decode("utf-8", "replace"), error.diagnostics
    return text, _load(text)


def read_whatever(data: bytes) -> tuple[str, tuple[Diagnostic, ...]]:
    """As text from a caller, with what is no UTF-8 in it as lone surrogates."""
    text = data.decode("utf-8", "surrogateescape")
    return text, _load(text)


def read_without_libyaml(data: bytes) -> tuple[str, tuple[Diagnostic, ...]]:
    with _python_parser():
        return read_strictly(data)


def read_with_warnings(data: bytes) -> tuple[str, tuple[Diagnostic, ...]]:
    text = data.decode("utf-8", "replace")
    examined = examine({FILE: text})
    failed = any(d.severity is Severity.ERROR for d in examined.diagnostics)
    if failed is (examined.catalogue is not None):
        raise AssertionError("documents and errors, or neither")
    return text, examined.diagnostics


def _reader(number: int) -> Reader:
    rare: Mapping[int, Reader] = {0: read_without_libyaml, 1: read_whatever, 2: read_with_warnings}
    return rare.get(number % _RARE, read_strictly)


def _load(text: str) -> tuple[Diagnostic, ...]:
    try:
        loaded = load({FILE: text})
    except SpecError as error:
        if not any(d.severity is Severity.ERROR for d in error.diagnostics):
            raise AssertionError("refused without an error") from error
        return error.diagnostics
    if not isinstance(loaded, Catalogue):
        raise AssertionError(f"loaded as {loaded!r}")
    return ()


@contextmanager
def _python_parser() -> Iterator[None]:
    parser: Any = reading._PARSER
    reading._PARSER = reading._PythonParser
    try:
        yield
    finally:
        reading._PARSER = parser


def _faults(text: str, found: tuple[Diagnostic, ...]) -> Iterator[str]:
    """Places count from 1; just behind the last character of a line is in it, for what is missing there."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for diagnostic in found:
        span = diagnostic.span
        if span is None:
            yield f"without a place: {diagnostic}"
        elif not (1 <= span.line <= len(lines) and 1 <= span.column <= len(lines[span.line - 1]) + 1):
            yield f"a place outside the text: {diagnostic}"


def _shown(found: tuple[Diagnostic, ...], files: Mapping[str, str], form: Format) -> str:
    shown = render_report(found, files, form)
    acting = next((char for char in shown if not (char.isprintable() or char == "\n")), None)
    return f"U+{ord(acting):04X} in the {form} report" if acting is not None else ""
