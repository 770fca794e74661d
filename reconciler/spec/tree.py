"""A document as plain values, and where in its file each of them stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from reconciler.model.diagnostic import Span

Json: TypeAlias = "str | int | bool | list[Json] | dict[str, Json] | None"
Path: TypeAlias = Sequence[str | int]
Spot: TypeAlias = int
"""A line and a column in one number: every value of every file has one, and numbers cost the collector nothing."""


def pack_spot(line: int, column: int) -> Spot:
    """Both count from 1."""
    return line << 32 | column


def span_at(file: str, spot: Spot) -> Span:
    return Span(file, spot >> 32, spot & 0xFFFFFFFF)


@dataclass(slots=True, eq=False)
class Branch:
    """The spots of a mapping or a list, of what is in it, and of its keys.  A leaf is a bare spot: there are many."""

    spot: Spot
    children: dict[str | int, Branch | Spot] = field(default_factory=dict)
    keys: dict[str, Spot] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """One document.  ``spoilt`` are the spots of values already complained about; what stands there is a filler."""

    file: str
    value: Json
    root: Branch | Spot
    spoilt: frozenset[Spot] = frozenset()

    def span(self, path: Path = ()) -> Span:
        """Where the value at ``path`` begins; its nearest parent's place when it is not written down."""
        place: Branch | Spot = self.root
        for part in path:
            child = place.children.get(part) if isinstance(place, Branch) else None
            if child is None:
                break
            place = child
        return span_at(self.file, place.spot if isinstance(place, Branch) else place)

    def key_span(self, path: Path) -> Span:
        """Where the key at the end of ``path`` stands; as ``span`` for an item of a list."""
        place: Branch | Spot | None = self.root
        for part in path[:-1]:
            place = place.children.get(part) if isinstance(place, Branch) else None
        key = path[-1] if path else None
        if isinstance(place, Branch) and isinstance(key, str) and key in place.keys:
            return span_at(self.file, place.keys[key])
        return self.span(path)

    def get(self, *path: str | int) -> Json:
        """The plain value at ``path``; None where there is none."""
        value = self.value
        for part in path:
            if isinstance(value, Mapping) and isinstance(part, str):
                value = value.get(part)
            elif isinstance(value, list) and isinstance(part, int) and part < len(value):
                value = value[part]
            else:
                return None
        return value
