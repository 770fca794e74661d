"""A JSON object of someone else's making, read value by value; each wrong type is reported with its position."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from reconciler.importers.findings import Findings
from reconciler.model.diagnostic import Span

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """One file: the name to show, its text, and where its faults are told."""

    file: str
    text: str
    findings: Findings


class Record:
    """Null, an empty text and a missing key are one: not said."""

    __slots__ = ("_values", "path", "source")

    def __init__(self, source: Source, values: dict[str, object], path: tuple[Step, ...] = ()) -> None:
        self.source, self._values, self.path = source, values, path

    def raw(self, key: str) -> object:
        """The value as it stands, for the few that may have several types."""
        return self._values.get(key)

    def text(self, key: str) -> str | None:
        value = self._said(key)
        return value.strip() if isinstance(value, str) else self._mistyped(key, value, "text", None)

    def number(self, key: str) -> int | None:
        value = self._said(key)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        return self._mistyped(key, value, "a whole number", None)

    def flag(self, key: str) -> bool | None:
        """A boolean; ``"false"`` and ``"true"`` as text are read as they are meant, and reported."""
        value = self._said(key)
        if isinstance(value, bool):
            return value
        meant = {"true": True, "false": False}.get(value.strip().lower()) if isinstance(value, str) else None
        return self._mistyped(key, value, "true or false without quotes", meant)

    def record(self, key: str) -> Record:
        """The object under ``key``; an empty one when it is not there."""
        value = self._said(key)
        values = value if isinstance(value, dict) else self._mistyped(key, value, "an object", {})
        return Record(self.source, values, (*self.path, key))

    def records(self, key: str) -> Iterator[tuple[int, Record]]:
        """The objects of the list under ``key``, with their index."""
        value = self._said(key)
        items = value if isinstance(value, list) else self._mistyped(key, value, "a list", [])
        for index, item in enumerate(items):
            if isinstance(item, dict):
                yield index, Record(self.source, item, (*self.path, key, index))
            elif item is not None:
                self.report("I102", f"{key}[{index}] is {item!r}; it should be an object", key=key)

    def entries(self, key: str) -> Iterator[tuple[str, Record]]:
        """The objects in the object under ``key``, by their keys, sorted."""
        inner = self.record(key)
        for name in sorted(inner._values):
            if isinstance(inner._values[name], dict):
                yield name, inner.record(name)

    def names(self) -> tuple[str, ...]:
        return tuple(sorted(self._values))

    def span(self, key: str | None = None) -> Span:
        path = self.path if key is None else (*self.path, key)
        return Span(self.source.file, *locate(self.source.text, path))

    def report(self, code: str, summary: str, hint: str = "", key: str | None = None) -> None:
        """Report a fault at the value under ``key``, or at this object."""
        self.source.findings.add(code, summary, self.span(key), hint)

    def _said(self, key: str) -> object:
        value = self._values.get(key)
        return None if value == "" else value

    def _mistyped(self, key: str, value: object, wanted: str, instead: T) -> T:
        if value is not None:
            taken = "left out" if instead is None or instead in ({}, []) else f"read as {str(instead).lower()}"
            self.report("I102", f"{key} is {value!r}; it should be {wanted}; {taken}", key=key)
        return instead


Step = str | int
"""A key of an object, or an index of a list."""

_TOKEN = re.compile(r'[\s]*(?:(?P<mark>[\[\]{},:])|(?P<string>"(?:[^"\\]|\\.)*")|(?P<scalar>[^\s\[\]{},:"]+))')


def locate(text: str, path: Sequence[Step]) -> tuple[int, int]:
    """Line and column, from 1, of the value at ``path``; of its nearest enclosing value when there is none."""
    return _line_and_column(text, _offset(text, tuple(path)))


def _offset(text: str, path: tuple[Step, ...]) -> int:
    found, best = 0, -1
    frames: list[list[Step | None]] = []  # per open container: the key or index being read, None before a key
    for match in _TOKEN.finditer(text):
        mark, string = match["mark"], match["string"]
        if mark in ("}", "]"):
            if frames:
                frames.pop()
        elif mark == ",":
            if frames:
                last = frames[-1][0]
                frames[-1][0] = last + 1 if isinstance(last, int) else None
        elif string is not None and frames and frames[-1][0] is None:
            frames[-1][0] = json.loads(string)
        elif mark != ":":
            here = tuple(frame[0] for frame in frames)
            if len(here) > best and here == path[: len(here)]:
                found, best = match.end() - len(match[match.lastgroup or 0]), len(here)
                if best == len(path):
                    break
            if mark is not None:
                frames.append([0 if mark == "[" else None])
    return found


def _line_and_column(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset) + 1, offset - (text.rfind("\n", 0, offset) + 1) + 1
