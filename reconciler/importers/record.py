"""A JSON object of someone else's making, read value by value; each wrong type is reported with its position."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from reconciler.importers.findings import Findings
from reconciler.importers.json_position import Step, locate
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
