"""Lists of VLAN ids as a port has them: ``701`` or ``701..703``, in any order; a dialect translates its spelling."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum
from typing import Final, TypeAlias


class AllVlans(Enum):
    """What a trunk carries that has no list, where the device takes that for all; an empty tuple is no VLAN."""

    ALL = "all"


ALL: Final = AllVlans.ALL
Entries: TypeAlias = tuple[str, ...] | AllVlans

EVERY_ID = tuple(range(1, 4095))
"""The ids that ``ALL`` stands for; no slice ever asks for them, for VLAN 1 is never lent."""

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


def expand(entries: Iterable[str] | AllVlans) -> frozenset[int]:
    """The ids of all entries."""
    if isinstance(entries, AllVlans):
        return frozenset(EVERY_ID)
    return frozenset(vlan for entry in entries for vlan in parse_entry(entry))


def entries_within(entries: Iterable[str] | AllVlans, ids: Iterable[int]) -> tuple[str, ...]:
    """The entries that hold none but these ids: a range that others' ids are part of is not ours to touch."""
    if isinstance(entries, AllVlans):
        return ()
    ours = frozenset(ids)
    return tuple(entry for entry in entries if ours.issuperset(parse_entry(entry)))
