"""IPv4 addresses, and the MACs that follow from them, held by one network: rows under a constraint."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from reconciler.resources.kind import Fencing, Held, Holding, Kind, Storage, nothing, nowhere
from reconciler.resources.number_ranges import IPV4, NumberRange
from reconciler.resources.parts import ADDRESSES_LEASED


@dataclass(frozen=True, slots=True)
class AddressRange:
    """``count`` consecutive addresses from ``first`` for the VMs ``<group>-<index>``, ``<group>-<index+1>``, …"""

    group: str
    index: int
    first: int
    count: int

    def pairs(self) -> Iterator[tuple[str, int]]:
        for offset in range(self.count):
            yield f"{self.group}-{self.index + offset}", self.first + offset

    def __str__(self) -> str:
        """``10.136.16.1-10.136.16.12 for client-0…11``."""
        first, last = render_ipv4(self.first), render_ipv4(self.first + self.count - 1)
        if self.count == 1:
            return f"{first} for {self.group}-{self.index}"
        return f"{first}-{last} for {self.group}-{self.index}…{self.index + self.count - 1}"


@dataclass(frozen=True, slots=True)
class Lease:
    """The IPv4 addresses (as integers) that one network's members hold, as runs; MACs follow from them."""

    runs: tuple[AddressRange, ...]


def render_ipv4(number: int) -> str:
    return f"{number >> 24}.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def derive_mac(address: int) -> str:
    """The MAC of a leased IPv4 address: Xen's prefix and the last three octets.  It does not depend on the host."""
    return "00:16:3e:" + (address & 0xFFFFFF).to_bytes(3, "big").hex(":")


def merge_ranges(pairs: Iterable[tuple[str, int]]) -> tuple[AddressRange, ...]:
    """Put (VM, address) pairs together into runs, in order of group, index and address: the one form of a lease."""
    split = sorted((vm.rpartition("-")[0], int(vm.rpartition("-")[2]), number) for vm, number in pairs)
    runs: list[AddressRange] = []
    for group, index, number in split:
        last = runs[-1] if runs else None
        if last and last.group == group and last.index + last.count == index and last.first + last.count == number:
            runs[-1] = AddressRange(group, last.index, last.first, last.count + 1)
        else:
            runs.append(AddressRange(group, index, number, 1))
    return tuple(runs)


def _held(spec: Lease) -> Held:
    return Held(numbers=tuple(NumberRange(IPV4, r.group, r.index, r.first, r.count) for r in spec.runs))


def _read(held: Held) -> Lease:
    return Lease(tuple(AddressRange(each.group, each.index, each.first, each.count) for each in held.numbers))


def _make(runs: Sequence[tuple[str, int, int, int]]) -> Lease:
    return Lease(tuple(AddressRange(*run) for run in runs))


def _pairs(spec: Lease) -> set[tuple[str, int]]:
    return {pair for run in spec.runs for pair in run.pairs()}


KIND = Kind(
    name="lease",
    plural="leases",
    spec=Lease,
    rank=30,
    part=ADDRESSES_LEASED,
    verified=False,
    claims=True,
    fencing=Fencing.ALWAYS,
    holding=Holding(held=_held, read=_read, render=lambda spec: ", ".join(map(str, spec.runs))),
    place=nowhere,
    uses=nothing,
    grows=lambda before, after: not _pairs(after) <= _pairs(before),
    takes_carried=False,
    says_of_carrier=None,
    replaced_by_hand=None,
    derive=None,
    storage=Storage((("runs",),), _make, {}),
)
