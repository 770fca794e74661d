"""Choose: which nodes, hosts, addresses and VLAN ids an experiment gets.  Pure, deterministic and sticky.

A plan can therefore show every choice; the store's constraints settle a race, and the loser plans again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from reconciler.allocation.addresses import Demand, allocate_addresses
from reconciler.allocation.placement import Placing, Room, place
from reconciler.allocation.vlan_ids import allocate_vlan_ids
from reconciler.model.errors import Exhausted
from reconciler.resources.allocations import Allocations
from reconciler.resources.lease import AddressRange
from reconciler.resources.reservation import Reservation
from reconciler.spec.candidates import fit_nodes
from reconciler.spec.catalogue import Catalogue
from reconciler.spec.counts import dom0_memory_mib, enough_nodes, natural, vm_count, wanted_count
from reconciler.spec.experiment import Experiment, NodeGroup


@dataclass(frozen=True, slots=True)
class Assignment:
    """``nodes`` are held, ``hosts`` are those of them in use (spares left out); both by endpoint name.

    ``homes`` gives each VM its host; ``leases`` each network its addresses as runs, ``ids`` its VLAN ids by pool.
    """

    nodes: Mapping[str, tuple[str, ...]]
    hosts: Mapping[str, tuple[str, ...]]
    homes: Mapping[str, str]
    leases: Mapping[str, tuple[AddressRange, ...]]
    ids: Mapping[str, tuple[tuple[str, int], ...]]


def allocate(experiment: Experiment, catalogue: Catalogue, allocations: Allocations) -> Assignment:
    """Choose everything an experiment needs, keeping what it has.

    Raises:
        Exhausted: a pool has too few free items; nothing is chosen.
    """
    idle_last = _idle_last(allocations)
    nodes = _nodes(experiment, catalogue, allocations, idle_last)
    hosts = {group.name: _in_use(group, nodes[group.name], allocations, idle_last) for group in experiment.spec.nodes}
    homes = _homes(experiment, catalogue, hosts, allocations)
    return Assignment(
        nodes=nodes,
        hosts=hosts,
        homes=homes,
        leases=allocate_addresses(experiment, catalogue, allocations, _demand(experiment)),
        ids=allocate_vlan_ids(experiment, catalogue, allocations),
    )


def _demand(experiment: Experiment) -> Mapping[str, tuple[Demand, ...]]:
    groups = {group.name: group for group in experiment.spec.nodes}
    return {
        network.name: tuple(
            Demand(vms.name, vm_count(vms, groups[vms.on]))
            for vms in experiment.spec.vms
            if network.name in vms.networks
        )
        for network in experiment.spec.networks
    }


def _nodes(
    experiment: Experiment, catalogue: Catalogue, allocations: Allocations, idle_last: Callable[[str], int]
) -> dict[str, tuple[str, ...]]:
    """The nodes of every group.  Groups that name theirs choose first; what a group holds no other group takes."""
    held = {
        address.name: resource.spec.nodes
        for address, resource in allocations.recorded.items()
        if address.kind == "reservation" and isinstance(resource.spec, Reservation)
    }
    groups = {group.name for group in experiment.spec.nodes}
    spoken_for = {node: group for group, nodes in held.items() if group in groups for node in nodes}
    left_over = {node for group, nodes in held.items() if group not in groups for node in nodes}
    chosen: dict[str, tuple[str, ...]] = {}
    for group in sorted(experiment.spec.nodes, key=lambda group: group.nodes is None):
        fit = sorted((node.name for node in fit_nodes(experiment, group, catalogue)), key=natural)
        candidates = [f"{name}.{group.site}" for name in fit]
        free = [
            n for n in candidates if n not in allocations.taken_nodes and spoken_for.get(n, group.name) == group.name
        ]
        good = [n for n in free if n not in allocations.bad_nodes]
        kept = sorted((n for n in good if n in held.get(group.name, ())), key=idle_last)
        # nodes of a group that is no more (it was renamed, say) have images and VMs of ours: before untouched ones
        fresh = sorted((n for n in good if n not in held.get(group.name, ())), key=lambda n: n not in left_over)
        needed = wanted_count(group) + group.spares
        found = (kept + fresh + [n for n in free if n in allocations.bad_nodes])[:needed]
        if len(found) < needed:
            raise Exhausted(_too_few(group, needed, candidates, allocations))
        sound = [n for n in found if n not in allocations.bad_nodes]
        if len(sound) >= enough_nodes(group):
            found = sound  # trying the bad ones again and again would keep the experiment from ever being done
        chosen[group.name] = tuple(sorted(found, key=natural))
        spoken_for.update(dict.fromkeys(found, group.name))
    return chosen


def _too_few(group: NodeGroup, needed: int, candidates: Sequence[str], allocations: Allocations) -> str:
    holders: dict[str, int] = {}
    for node in candidates:
        if node in allocations.taken_nodes:
            holders[allocations.taken_nodes[node]] = holders.get(allocations.taken_nodes[node], 0) + 1
    held = ", ".join(f"{holder} holds {count}" for holder, count in sorted(holders.items()))
    where = f"{group.site}/{group.cluster}" if group.cluster else group.site
    return f"node group {group.name}: {needed} nodes wanted of {where}, which has {len(candidates)} fit for it" + (
        f"; {held}" if held else ""
    )


def _in_use(
    group: NodeGroup, nodes: Sequence[str], allocations: Allocations, idle_last: Callable[[str], int]
) -> tuple[str, ...]:
    """As many good nodes as are wanted: those with VMs of ours first, then those held before, which are imaged."""
    good = sorted((node for node in nodes if node not in allocations.bad_nodes), key=idle_last)
    return tuple(sorted(good[: wanted_count(group)], key=natural))


def _idle_last(allocations: Allocations) -> Callable[[str], int]:
    """Sort key for nodes: with VMs of ours, held, neither; so that no VM leaves a good host for an empty one."""
    homes = {resource.endpoint.host for address, resource in allocations.recorded.items() if address.kind == "domain"}
    held = {
        node
        for address, resource in allocations.recorded.items()
        if address.kind == "reservation"
        for node in resource.spec.nodes
    }
    return lambda node: 0 if node in homes else 1 if node in held else 2


def _homes(
    experiment: Experiment, catalogue: Catalogue, hosts: Mapping[str, Sequence[str]], allocations: Allocations
) -> dict[str, str]:
    groups = {group.name: group for group in experiment.spec.nodes}
    before = {a.name: r.endpoint.host for a, r in allocations.recorded.items() if a.kind == "domain"}
    rooms = {host: room for group in experiment.spec.nodes for host, room in _rooms(group, hosts, catalogue)}
    homes: dict[str, str] = {}
    for vms in experiment.spec.vms:
        usable = hosts[groups[vms.on].name]
        names = [f"{vms.name}-{index}" for index in range(vm_count(vms, groups[vms.on]))]
        if names and not usable:
            raise Exhausted(f"VM group {vms.name}: no node of group {vms.on} is fit for use")
        placing = Placing(names, vms.memory, vms.placement, vms.per_host or 1, vms.seed)
        homes |= place(placing, usable, rooms, before)
    return homes


def _rooms(group: NodeGroup, hosts: Mapping[str, Sequence[str]], catalogue: Catalogue) -> Iterator[tuple[str, Room]]:
    memory = {f"{node.name}.{group.site}": node.memory for node in catalogue.sites[group.site].spec.nodes}
    dom0 = dom0_memory_mib(catalogue.environments.get(group.image or ""))
    for host in hosts[group.name]:
        yield host, Room(memory[host] - dom0)
