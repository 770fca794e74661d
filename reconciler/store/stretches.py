"""What an entry of the books holds, as stretches of consecutive numbers: 262,142 addresses are one value."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

from reconciler.resources.holding import AddressRun, Lease, Vlan

IPV4 = "ipv4"


@dataclass(frozen=True, slots=True)
class Stretch:
    """``count`` numbers of ``pool`` from ``first``, for the members ``<group>-<index>``, ``<group>-<index+1>``, …"""

    pool: str
    group: str
    index: int
    first: int
    count: int

    @property
    def last(self) -> int:
        return self.first + self.count - 1


def stretches_of(spec: Lease | Vlan | None) -> list[Stretch]:
    match spec:
        case Lease(runs):
            return [Stretch(IPV4, run.group, run.index, run.first, run.count) for run in runs]
        case Vlan(ids):
            return [Stretch(pool, "", 0, number, 1) for pool, number in ids]
        case None:
            return []


def subtract(these: Iterable[Stretch], those: Iterable[Stretch]) -> list[Stretch]:
    """What of ``these`` is not in ``those``: same number, same member."""
    cuts: dict[tuple[str, str, int], list[Stretch]] = defaultdict(list)
    for stretch in sorted(those, key=attrgetter("first")):
        cuts[_line(stretch)].append(stretch)
    return [part for stretch in these for part in _without(stretch, cuts[_line(stretch)])]


def gather(rows: Iterable[tuple[str, int, int]]) -> tuple[AddressRun, ...]:
    """Runs from (group, index, address) in this order."""
    runs: list[AddressRun] = []
    group, index, first, count = "", 0, 0, 0
    for g, i, number in rows:
        if count and g == group and i == index + count and number == first + count:
            count += 1
            continue
        if count:
            runs.append(AddressRun(group, index, first, count))
        group, index, first, count = g, i, number, 1
    if count:
        runs.append(AddressRun(group, index, first, count))
    return tuple(runs)


def _line(stretch: Stretch) -> tuple[str, str, int]:
    """Stretches of one line give each number the same member."""
    return stretch.pool, stretch.group, stretch.index - stretch.first


def _without(stretch: Stretch, cuts: Sequence[Stretch]) -> Iterator[Stretch]:
    at = stretch.first
    for cut in cuts:
        if cut.first > stretch.last:
            break
        if cut.first > at:
            yield _part(stretch, at, cut.first - 1)
        at = max(at, cut.last + 1)
    if at <= stretch.last:
        yield _part(stretch, at, stretch.last)


def _part(whole: Stretch, first: int, last: int) -> Stretch:
    return Stretch(whole.pool, whole.group, whole.index + first - whole.first, first, last - first + 1)
