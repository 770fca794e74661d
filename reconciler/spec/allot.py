"""Choose: which nodes, hosts, addresses and VLAN ids an experiment gets.  Pure, deterministic and sticky.

A plan can therefore show every choice; the store's constraints settle a race, and the loser plans again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from reconciler.model.errors import Exhausted
from reconciler.resources.book import Book
from reconciler.resources.holding import AddressRun, Reservation
from reconciler.spec.allot_addresses import Demand, allot_addresses
from reconciler.spec.allot_vlans import allot_vlans
from reconciler.spec.candidates import fit_nodes
from reconciler.spec.catalogue import Catalogue
from reconciler.spec.environment import Environment
from reconciler.spec.experiment import Experiment, NodeGroup, VmGroup
from reconciler.spec.place import Placing, Room, place

_DOM0_MEMORY = re.compile(r"(?:^| )dom0_mem=([0-9]+)([KMGkmg]?)")
_DOM0_DEFAULT_MIB = 512


@dataclass(frozen=True, slots=True)
class Allotment:
    """``nodes`` are held, ``hosts`` are those of them in use (spares left out); both by endpoint name.

    ``homes`` gives each VM its host; ``leases`` each network its addresses as runs, ``ids`` its VLAN ids by pool.
    """

    nodes: Mapping[str, tuple[str, ...]]
    hosts: Mapping[str, tuple[str, ...]]
    homes: Mapping[str, str]
    leases: Mapping[str, tuple[AddressRun, ...]]
    ids: Mapping[str, tuple[tuple[str, int], ...]]


def allot(experiment: Experiment, catalogue: Catalogue, book: Book) -> Allotment:
    """Choose everything an experiment needs, keeping what it has.

    Raises:
        Exhausted: a pool has too few free items; nothing is chosen.
    """
    idle_last = _idle_last(book)
    nodes = _nodes(experiment, catalogue, book, idle_last)
    hosts = {group.name: _in_use(group, nodes[group.name], book, idle_last) for group in experiment.spec.nodes}
    homes = _homes(experiment, catalogue, hosts, book)
    return Allotment(
        nodes=nodes,
        hosts=hosts,
        homes=homes,
        leases=allot_addresses(experiment, catalogue, book, _demand(experiment)),
        ids=allot_vlans(experiment, catalogue, book),
    )


def wanted_count(group: NodeGroup) -> int:
    return len(group.nodes) if group.nodes is not None else group.count or 0


def enough_nodes(group: NodeGroup) -> int:
    """With how many imaged nodes a group is taken to be complete."""
    return wanted_count(group) if group.min_ready is None else group.min_ready


def vm_count(vms: VmGroup, nodes: NodeGroup) -> int:
    return vms.count if vms.count is not None else (vms.per_host or 0) * wanted_count(nodes)


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


def dom0_memory_mib(environment: Environment | None) -> int:
    """What the hypervisor's parameters keep for dom0; Xen reads a bare number as KiB."""
    boot = environment.spec.boot if environment is not None else None
    match = _DOM0_MEMORY.search(boot.hypervisor_params) if boot is not None else None
    if match is None:
        return _DOM0_DEFAULT_MIB
    kib = int(match[1]) * {"": 1, "k": 1, "m": 1024, "g": 1024 * 1024}[match[2].lower()]
    return -(-kib // 1024)


@lru_cache(maxsize=65536)
def natural(name: str) -> tuple[tuple[int, int | str], ...]:
    """Sort key that puts ``griffon-9`` before ``griffon-10``."""
    return tuple((0, int(part)) if part.isdigit() else (1, part) for part in re.split(r"([0-9]+)", name) if part)


def _nodes(
    experiment: Experiment, catalogue: Catalogue, book: Book, idle_last: Callable[[str], int]
) -> dict[str, tuple[str, ...]]:
    """The nodes of every group.  Groups that name theirs choose first; what a group holds no other group takes."""
    held = {
        address.name: resource.spec.nodes
        for address, resource in book.recorded.items()
        if address.kind == "reservation" and isinstance(resource.spec, Reservation)
    }
    groups = {group.name for group in experiment.spec.nodes}
    spoken_for = {node: group for group, nodes in held.items() if group in groups for node in nodes}
    left_over = {node for group, nodes in held.items() if group not in groups for node in nodes}
    chosen: dict[str, tuple[str, ...]] = {}
    for group in sorted(experiment.spec.nodes, key=lambda group: group.nodes is None):
        fit = sorted((node.name for node in fit_nodes(experiment, group, catalogue)), key=natural)
        candidates = [f"{name}.{group.site}" for name in fit]
        free = [n for n in candidates if n not in book.taken_nodes and spoken_for.get(n, group.name) == group.name]
        good = [n for n in free if n not in book.bad_nodes]
        kept = sorted((n for n in good if n in held.get(group.name, ())), key=idle_last)
        # nodes of a group that is no more (it was renamed, say) have images and VMs of ours: before untouched ones
        fresh = sorted((n for n in good if n not in held.get(group.name, ())), key=lambda n: n not in left_over)
        needed = wanted_count(group) + group.spares
        found = (kept + fresh + [n for n in free if n in book.bad_nodes])[:needed]
        if len(found) < needed:
            raise Exhausted(_too_few(group, needed, candidates, book))
        sound = [n for n in found if n not in book.bad_nodes]
        if len(sound) >= enough_nodes(group):
            found = sound  # trying the bad ones again and again would keep the experiment from ever being done
        chosen[group.name] = tuple(sorted(found, key=natural))
        spoken_for.update(dict.fromkeys(found, group.name))
    return chosen


def _too_few(group: NodeGroup, needed: int, candidates: Sequence[str], book: Book) -> str:
    holders: dict[str, int] = {}
    for node in candidates:
        if node in book.taken_nodes:
            holders[book.taken_nodes[node]] = holders.get(book.taken_nodes[node], 0) + 1
    held = ", ".join(f"{holder} holds {count}" for holder, count in sorted(holders.items()))
    where = f"{group.site}/{group.cluster}" if group.cluster else group.site
    return f"node group {group.name}: {needed} nodes wanted of {where}, which has {len(candidates)} fit for it" + (
        f"; {held}" if held else ""
    )


def _in_use(group: NodeGroup, nodes: Sequence[str], book: Book, idle_last: Callable[[str], int]) -> tuple[str, ...]:
    """As many good nodes as are wanted: those with VMs of ours first, then those held before, which are imaged."""
    good = sorted((node for node in nodes if node not in book.bad_nodes), key=idle_last)
    return tuple(sorted(good[: wanted_count(group)], key=natural))


def _idle_last(book: Book) -> Callable[[str], int]:
    """Sort key for nodes: with VMs of ours, held, neither; so that no VM leaves a good host for an empty one."""
    homes = {resource.endpoint.host for address, resource in book.recorded.items() if address.kind == "domain"}
    held = {
        node
        for address, resource in book.recorded.items()
        if address.kind == "reservation"
        for node in resource.spec.nodes
    }
    return lambda node: 0 if node in homes else 1 if node in held else 2


def _homes(
    experiment: Experiment, catalogue: Catalogue, hosts: Mapping[str, Sequence[str]], book: Book
) -> dict[str, str]:
    groups = {group.name: group for group in experiment.spec.nodes}
    before = {a.name: r.endpoint.host for a, r in book.recorded.items() if a.kind == "domain"}
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
