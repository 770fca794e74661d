"""Consecutive numbers of a pool as one value: 262,142 addresses are one range."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

IPV4 = "ipv4"


@dataclass(frozen=True, slots=True)
class NumberRange:
    """``count`` numbers of ``pool`` from ``first``, for the members ``<group>-<index>``, ``<group>-<index+1>``, …"""

    pool: str
    group: str
    index: int
    first: int
    count: int

    @property
    def last(self) -> int:
        return self.first + self.count - 1

    def ids(self) -> Iterator[tuple[str, int]]:
        return ((self.pool, self.first + offset) for offset in range(self.count))

    def members(self) -> Iterator[tuple[str, int]]:
        """Each number's member (``<group>-<index>``), and the number."""
        return ((f"{self.group}-{self.index + offset}", self.first + offset) for offset in range(self.count))


def subtract(these: Iterable[NumberRange], those: Iterable[NumberRange]) -> list[NumberRange]:
    """What of ``these`` is not in ``those``: same number, same member."""
    cuts: dict[tuple[str, str, int], list[NumberRange]] = defaultdict(list)
    for number_range in sorted(those, key=attrgetter("first")):
        cuts[_line(number_range)].append(number_range)
    return [part for number_range in these for part in _without(number_range, cuts[_line(number_range)])]


def merge_numbers(pool: str, rows: Iterable[tuple[str, int, int]]) -> tuple[NumberRange, ...]:
    """Ranges from (group, index, number) in this order."""
    ranges: list[NumberRange] = []
    group, index, first, count = "", 0, 0, 0
    for g, i, number in rows:
        if count and g == group and i == index + count and number == first + count:
            count += 1
            continue
        if count:
            ranges.append(NumberRange(pool, group, index, first, count))
        group, index, first, count = g, i, number, 1
    if count:
        ranges.append(NumberRange(pool, group, index, first, count))
    return tuple(ranges)


def _line(number_range: NumberRange) -> tuple[str, str, int]:
    """Ranges of one line give each number the same member."""
    return number_range.pool, number_range.group, number_range.index - number_range.first


def _without(number_range: NumberRange, cuts: Sequence[NumberRange]) -> Iterator[NumberRange]:
    at = number_range.first
    for cut in cuts:
        if cut.first > number_range.last:
            break
        if cut.first > at:
            yield _part(number_range, at, cut.first - 1)
        at = max(at, cut.last + 1)
    if at <= number_range.last:
        yield _part(number_range, at, number_range.last)


def _part(whole: NumberRange, first: int, last: int) -> NumberRange:
    return NumberRange(whole.pool, whole.group, whole.index + first - whole.first, first, last - first + 1)
