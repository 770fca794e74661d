"""Choose addresses: as runs, lowest first, never one object per free address."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address

from reconciler.allocation.allocator import Granted
from reconciler.allocation.free_addresses import Busy, FreeAddresses, Interval
from reconciler.model.address import Address
from reconciler.model.errors import Exhausted
from reconciler.resources.allocations import Allocations
from reconciler.resources.lease import AddressRange, Lease
from reconciler.spec.catalogue import Catalogue
from reconciler.spec.counts import vm_count
from reconciler.spec.experiment import Experiment, NetworkSpec
from reconciler.spec.site import Scheme


@dataclass(frozen=True, slots=True)
class Demand:
    """The VMs ``<group>-0`` … ``<group>-<count-1>`` need an address each."""

    group: str
    count: int


def choose_addresses(
    experiment: Experiment,
    catalogue: Catalogue,
    allocations: Allocations,
    lent: Mapping[str, Sequence[Interval]] | None = None,
) -> dict[str, Granted[tuple[AddressRange, ...]]]:
    """Give every member of every network an address; one that has an address in the range keeps it.

    Args:
        lent: the ranges of the networks to choose for; as the documents say when left out.

    Raises:
        Exhausted: a range is too small for what is asked of it.
    """
    name = experiment.metadata.name
    ours = [
        r for address, resource in allocations.recorded.items() if address.kind == "lease" for r in resource.spec.runs
    ]
    demand, chosen = _demand(experiment), dict[str, Granted[tuple[AddressRange, ...]]]()
    for network in experiment.spec.networks:
        if lent is not None and network.name not in lent:
            continue
        recorded = allocations.recorded.get(Address("lease", name, network.name))
        held = recorded.spec.runs if recorded is not None and isinstance(recorded.spec, Lease) else ()
        ranges = list(lent[network.name]) if lent is not None else _ranges(network, catalogue)
        reserved = _reserved(network, catalogue)
        busy = [(number, number) for number in (*reserved, *allocations.taken_addresses)]
        others = Busy(busy)  # a wish that was recorded may have been refused
        usable = [gap for first, last in ranges for gap in others.gaps(first, last)]
        kept: list[AddressRange] = []
        missing: list[AddressRange] = []
        for need in demand[network.name]:
            still = _once(r for run in held if run.group == need.group for r in _clip(run, need.count, usable))
            kept += still
            missing += _holes(need, still)
        if missing:
            free = FreeAddresses(Busy([*busy, *((run.first, run.first + run.count - 1) for run in ours)]), ranges)
            for hole in missing:
                fresh = list(_take(hole, free, network))
                kept += fresh
                ours += fresh
        chosen[network.name] = Granted(_merge(kept))
    return chosen


def _demand(experiment: Experiment) -> Mapping[str, tuple[Demand, ...]]:
    """By what documents ask for: who has to wait for a node has an address before."""
    groups = {group.name: group for group in experiment.spec.nodes}
    return {
        network.name: tuple(
            Demand(vms.name, vm_count(vms, groups[vms.on]))
            for vms in experiment.spec.vms
            if network.name in vms.networks
        )
        for network in experiment.spec.networks
    }


def _ranges(network: NetworkSpec, catalogue: Catalogue) -> list[tuple[int, int]]:
    """First and last address of every range this network may lease from, in order."""
    if network.addresses is not None:
        return [(int(network.addresses[0]), int(network.addresses[-1]))]
    spaces = [catalogue.sites[site].spec.addresses for site in network.sites[:1]]
    found = []
    for space in spaces:
        lent = [r.range for r in space.ranges if r.scheme is Scheme.LEASE] or ([] if space.ranges else [space.space])
        found += [(int(n[0]), int(n[-1])) for n in lent]
    return sorted(found)


def _reserved(network: NetworkSpec, catalogue: Catalogue) -> set[int]:
    """Addresses no member may have: the ends of the range and of the sites' ranges and spaces, the gateways."""
    reserved: set[int] = set()
    if network.addresses is not None and network.addresses.prefixlen < 31:
        reserved |= {int(network.addresses[0]), int(network.addresses[-1])}
    for site in network.sites:
        space = catalogue.sites[site].spec.addresses
        reserved |= {int(end) for n in (space.space, *(r.range for r in space.ranges)) for end in (n[0], n[-1])}
        if space.gateway is not None:
            reserved.add(int(IPv4Address(space.gateway)))
    return reserved


def _clip(run: AddressRange, count: int, usable: Iterable[Sequence[int]]) -> Iterator[AddressRange]:
    """The parts of a held run that are still wanted: index below ``count``, addresses that may be leased."""
    last_wanted = run.first + min(run.count, count - run.index) - 1
    for first, last in usable:
        low, high = max(run.first, first), min(last_wanted, last)
        if low <= high:
            yield AddressRange(run.group, run.index + low - run.first, low, high - low + 1)


def _once(runs: Iterable[AddressRange]) -> list[AddressRange]:
    """One address for each member: a move that was cut short leaves some with two."""
    kept: list[AddressRange] = []
    at = 0
    for run in sorted(runs, key=lambda run: (run.index, run.first)):
        skip = max(0, at - run.index)
        if skip < run.count:
            kept.append(AddressRange(run.group, run.index + skip, run.first + skip, run.count - skip))
            at = run.index + run.count
    return kept


def _holes(need: Demand, runs: Iterable[AddressRange]) -> list[AddressRange]:
    """The index ranges that no run covers, as runs without an address yet (``first`` is 0)."""
    holes, at = [], 0
    for run in sorted(runs, key=lambda run: run.index):
        if run.index > at:
            holes.append(AddressRange(need.group, at, 0, run.index - at))
        at = max(at, run.index + run.count)
    if at < need.count:
        holes.append(AddressRange(need.group, at, 0, need.count - at))
    return holes


def _take(hole: AddressRange, free: FreeAddresses, network: NetworkSpec) -> Iterator[AddressRange]:
    index = hole.index
    try:
        for first, length in free.take(hole.count):
            yield AddressRange(hole.group, index, first, length)
            index += length
    except Exhausted as error:
        where = network.addresses or "the site's lease ranges"
        raise Exhausted(
            f"network {network.name}: {error} addresses too few in {where} for VM group {hole.group}"
        ) from None


def _merge(runs: Iterable[AddressRange]) -> tuple[AddressRange, ...]:
    merged: list[AddressRange] = []
    for run in sorted(runs, key=lambda run: (run.group, run.index)):
        last = merged[-1] if merged else None
        if (
            last
            and last.group == run.group
            and last.index + last.count == run.index
            and last.first + last.count == run.first
        ):
            merged[-1] = AddressRange(last.group, last.index, last.first, last.count + run.count)
        else:
            merged.append(run)
    return tuple(merged)
