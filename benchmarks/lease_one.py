"""10,000 single leases in a half-full /14: choosing the lowest free address, beside netaddr's set difference."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime

from netaddr import IPNetwork, IPSet

from benchmarks.figures import Figure, render
from reconciler.allocation.free_addresses import Busy, FreeAddresses
from reconciler.resources.lease import AddressRange, Lease
from reconciler.store.database import Database
from reconciler.store.leases import LeaseStore

NETWORK = IPNetwork("10.136.0.0/14")
LEASES = 10_000
SAMPLE = 3
"""So many differences are timed; each takes about as long as the one before it."""


def bench() -> list[Figure]:
    """Both keep what is taken in memory, choose the lowest free address, and note it as taken, one after another."""
    first, last = int(NETWORK.first) + 1, int(NETWORK.last) - 1
    taken = sorted(random.Random(14).sample(range(first, last + 1), NETWORK.size // 2))
    theirs, by_them = _netaddr(taken)
    began = time.process_time()
    anew = FreeAddresses(Busy((n, n) for n in taken), [(first, last)])
    built = time.process_time() - began
    ours, by_us = _ours(anew)
    if by_us[: len(by_them)] != by_them:
        raise AssertionError(f"they chose {by_them}, we {by_us[: len(by_them)]}")
    return [
        Figure("netaddr: difference, lowest, add", theirs * 1000, "ms CPU a lease", note=f"mean of {SAMPLE}"),
        Figure(
            "ours: lowest, taken", (built + ours) / LEASES * 1000, "ms CPU a lease", note="with reading what is taken"
        ),
        Figure("ours, what is taken read anew for each", built * 1000, "ms CPU a lease", note="one plan a lease"),
        Figure("netaddr / ours", theirs * LEASES / (built + ours), "×", limit=50, at_least=True),
        Figure("netaddr / ours, read anew for each", theirs / built, "×"),
        Figure(
            "ours, each leased in a transaction of its own", _leased(taken, by_us) / LEASES * 1000, "ms CPU a lease"
        ),
    ]


def _netaddr(taken: Sequence[int]) -> tuple[float, list[int]]:
    busy, chosen = IPSet(), []
    busy = IPSet([NETWORK.network, NETWORK.broadcast]) | IPSet(taken)
    whole = IPSet([NETWORK])
    began = time.process_time()
    for _ in range(SAMPLE):
        lowest = next(iter(whole - busy))
        busy.add(lowest)
        chosen.append(int(lowest))
    return (time.process_time() - began) / SAMPLE, chosen


def _ours(free: FreeAddresses) -> tuple[float, list[int]]:
    began = time.process_time()
    chosen = [address for _ in range(LEASES) for address, _ in free.take(1)]
    return time.process_time() - began, chosen


def _leased(taken: Sequence[int], chosen: Sequence[int]) -> float:
    """Into the state database, where every second number is held already."""
    allocations = LeaseStore(Database(None), lambda: datetime.now(UTC))
    allocations.reserve("ipv4", taken, "others", "half of it")
    began = time.process_time()
    for index, address in enumerate(chosen):
        allocations.hold("exp", [("lease", f"n{index}", Lease((AddressRange("vm", index, address, 1),)))])
    return time.process_time() - began


if __name__ == "__main__":
    figures = bench()
    print(render("Single leases in a half-full /14", figures))
    sys.exit(any(figure.missed for figure in figures))
