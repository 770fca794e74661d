"""Choose hosts: which of a group's nodes each VM runs on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from reconciler.allocation.placement import Placing, Room, place
from reconciler.model.errors import Exhausted
from reconciler.resources.allocations import Allocations
from reconciler.spec.catalogue import Catalogue
from reconciler.spec.counts import dom0_memory_mib, vm_count
from reconciler.spec.experiment import Experiment, NodeGroup, VmGroup


def choose_hosts(
    experiment: Experiment,
    catalogue: Catalogue,
    hosts: Mapping[str, Sequence[str]],
    allocations: Allocations,
    short: Collection[str] = (),
) -> dict[str, str]:
    """Give every VM its host, by name; those of groups that are ``short`` of nodes only keep the one they have.

    Raises:
        Exhausted: the hosts have not enough memory, or there is none.
    """
    groups = {group.name: group for group in experiment.spec.nodes}
    before = {a.name: r.endpoint.host for a, r in allocations.recorded.items() if a.kind == "domain"}
    rooms = {host: room for group in experiment.spec.nodes for host, room in _rooms(group, hosts, catalogue)}
    homes: dict[str, str] = {}
    for vms in experiment.spec.vms:
        usable = hosts[vms.on]
        names = vm_names(vms, groups[vms.on])
        if vms.on in short:
            homes |= _keep(names, vms.memory, usable, rooms, before)
            continue
        if names and not usable:
            raise Exhausted(f"VM group {vms.name}: no node of group {vms.on} is fit for use")
        placing = Placing(names, vms.memory, vms.placement, vms.per_host or 1, vms.seed)
        homes |= place(placing, usable, rooms, before)
    return homes


def vm_names(vms: VmGroup, group: NodeGroup) -> list[str]:
    return [f"{vms.name}-{index}" for index in range(vm_count(vms, group))]


def _keep(
    names: Iterable[str], memory_mib: int, usable: Sequence[str], rooms: Mapping[str, Room], before: Mapping[str, str]
) -> dict[str, str]:
    """Where VMs are already; the others wait for the rest of the nodes, so that none has to move when they come."""
    kept: dict[str, str] = {}
    for vm in names:
        host = before.get(vm)
        if host is not None and host in usable and rooms[host].memory_mib >= memory_mib:
            kept[vm] = host
            rooms[host].take(memory_mib)
    return kept


def _rooms(group: NodeGroup, hosts: Mapping[str, Sequence[str]], catalogue: Catalogue) -> Iterator[tuple[str, Room]]:
    memory = {f"{node.name}.{group.site}": node.memory for node in catalogue.sites[group.site].spec.nodes}
    dom0 = dom0_memory_mib(catalogue.environments.get(group.image or ""))
    for host in hosts[group.name]:
        yield host, Room(memory[host] - dom0)
