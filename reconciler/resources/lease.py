"""IPv4 addresses, and the MACs that follow from them, held by one network: rows under a constraint."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


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


@dataclass(frozen=True, slots=True)
class Lease:
    """The IPv4 addresses (as integers) that one network's members hold, as runs; MACs follow from them."""

    runs: tuple[AddressRange, ...]


def render_ipv4(number: int) -> str:
    return f"{number >> 24}.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def render_run(run: AddressRange) -> str:
    """``10.136.16.1-10.136.16.12 for client-0…11``."""
    first, last = render_ipv4(run.first), render_ipv4(run.first + run.count - 1)
    if run.count == 1:
        return f"{first} for {run.group}-{run.index}"
    return f"{first}-{last} for {run.group}-{run.index}…{run.index + run.count - 1}"


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
