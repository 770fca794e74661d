"""What is free in a range: gaps between what is busy, the lowest address first; never one object per address."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Iterable, Iterator, Sequence

from reconciler.model.errors import Exhausted

_MAC_BITS = 0xFFFFFF

Interval = tuple[int, int]
"""First and last, both in it."""


class Busy:
    """Addresses that nobody may have, by their last three octets: these make the MAC, which has to be one's own too."""

    def __init__(self, intervals: Iterable[Interval]) -> None:
        self._merged = _merge((first & _MAC_BITS, (first & _MAC_BITS) + last - first) for first, last in intervals)
        self._ends = [last for _, last in self._merged]

    def gaps(self, first: int, last: int) -> Iterator[Interval]:
        """The free number ranges of first … last, lowest first."""
        net, at = first & ~_MAC_BITS, first
        for index in range(bisect_left(self._ends, first - net), len(self._merged)):
            low, high = self._merged[index]
            if net + low > last:
                break
            if net + low > at:
                yield at, net + low - 1
            at = max(at, net + high + 1)
        if at <= last:
            yield at, last


class FreeAddresses:
    """Stretches to take from: always the lowest address that is left."""

    def __init__(self, busy: Busy, ranges: Sequence[Interval]) -> None:
        self._left = deque(gap for first, last in ranges for gap in busy.gaps(first, last))

    def take(self, count: int) -> Iterator[Interval]:
        """Yields (first, how many) until ``count`` are taken.  Raises Exhausted with how many are too few."""
        while count:
            if not self._left:
                raise Exhausted(str(count))
            first, last = self._left.popleft()
            length = min(count, last - first + 1)
            if first + length <= last:
                self._left.appendleft((first + length, last))
            count -= length
            yield first, length


def _merge(intervals: Iterable[Interval]) -> list[Interval]:
    merged: list[Interval] = []
    for first, last in sorted(intervals):
        if merged and first <= merged[-1][1] + 1:
            if last > merged[-1][1]:
                merged[-1] = (merged[-1][0], last)
        else:
            merged.append((first, last))
    return merged
