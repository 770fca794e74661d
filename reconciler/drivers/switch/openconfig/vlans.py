"""VLAN ids as OpenConfig lists them: `701` or `701..703`, in any order."""

from __future__ import annotations

import re
from collections.abc import Iterable

ALL = tuple(range(1, 4095))
"""What a trunk without a list carries; no slice ever asks for it, for VLAN 1 is never lent."""

_ENTRY = re.compile(r"([1-9][0-9]{0,3})(?:\.\.([1-9][0-9]{0,3}))?\Z")


def parse_entry(text: str) -> range:
    """Raises ValueError for what is neither an id nor a range of ids."""
    match = _ENTRY.match(text)
    if match is None:
        raise ValueError(f"{text!r} is no VLAN id and no range of ids")
    first, last = int(match[1]), int(match[2] or match[1])
    if not 1 <= first <= last <= 4094:
        raise ValueError(f"{text!r} is outside 1..4094")
    return range(first, last + 1)


def expand(entries: Iterable[str]) -> frozenset[int]:
    """The ids of all entries."""
    return frozenset(vlan for entry in entries for vlan in parse_entry(entry))


def entries_within(entries: Iterable[str], ids: Iterable[int]) -> tuple[str, ...]:
    """The entries that hold none but these ids: a range that others' ids are part of is not ours to touch."""
    ours = frozenset(ids)
    return tuple(entry for entry in entries if ours.issuperset(parse_entry(entry)))
