"""What cannot be told before a pending part is chosen: VMs, and what is recorded on what was chosen before.  Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.allocation.allocate import Assignment
from reconciler.allocation.deferred_release import forms, nodes_of
from reconciler.allocation.hosts import vm_names
from reconciler.model.address import Address
from reconciler.model.resource import Resource
from reconciler.resources.allocations import Allocations
from reconciler.resources.domain import Domain
from reconciler.resources.reservation import Reservation
from reconciler.resources.switch import SwitchSlice
from reconciler.spec.catalogue import Catalogue
from reconciler.spec.experiment import Experiment
from reconciler.spec.topology import node_ports


def find_waiting(
    experiment: Experiment, catalogue: Catalogue, assignment: Assignment, allocations: Allocations
) -> dict[Address, Address]:
    """By the address of what waits, the part that it waits for; nothing when nothing is pending."""
    if not assignment.pending:
        return {}
    found = dict(_guests(experiment, assignment))
    for part in sorted(assignment.pending):
        found |= dict.fromkeys(_users(part, assignment, allocations), part)
    lost = {node: part for part in assignment.pending for node in _lost_nodes(part, assignment, allocations)}
    nodes_at_ports = node_ports(catalogue) if lost else {}
    for resource in forms(allocations) if lost else ():
        parts = [lost[node] for node in nodes_of(resource, nodes_at_ports) if node in lost]
        if parts:
            found[resource.address] = parts[0]
    groups = {
        part.name: part for part in {*lost.values(), *(p for p in assignment.pending if _has_nothing(p, assignment))}
    }
    return found | dict(_ways(found, dict(_networks(experiment, groups)), allocations))


def _has_nothing(part: Address, assignment: Assignment) -> bool:
    return part.kind == "reservation" and not assignment.nodes.get(part.name)


def _networks(experiment: Experiment, groups: Mapping[str, Address]) -> Iterator[tuple[Address, Address]]:
    """The ids of the networks that these node groups and their VMs are in, each with the group's part."""
    name = experiment.metadata.name
    for group in experiment.spec.nodes:
        hosted = (network for vms in experiment.spec.vms if vms.on == group.name for network in vms.networks)
        for network in (*group.networks, *hosted) if group.name in groups else ():
            yield Address("vlan", name, network), groups[group.name]


def _ways(
    found: Mapping[Address, Address], networks: Mapping[Address, Address], allocations: Allocations
) -> Iterator[tuple[Address, Address]]:
    """Switches on the way between VMs that are left as they are and others: they carry the same networks on."""
    slices = [resource for resource in forms(allocations) if isinstance(resource.spec, SwitchSlice)]
    left = {need: found[r.address] for r in slices if r.address in found for need in r.needs if need.kind == "vlan"}
    left |= networks
    for resource in slices:
        part = next((left[need] for need in sorted(resource.needs & left.keys())), None)
        if part is not None and resource.address not in found:
            yield resource.address, part


def _guests(experiment: Experiment, assignment: Assignment) -> Iterator[tuple[Address, Address]]:
    """VMs without a home, an address or a network."""
    name, groups = experiment.metadata.name, {group.name: group for group in experiment.spec.nodes}
    for vms in experiment.spec.vms:
        needs = [Address(kind, name, network) for network in vms.networks for kind in ("lease", "vlan")]
        part = next((need for need in needs if need in assignment.pending), None)
        for vm in vm_names(vms, groups[vms.on]):
            if part is not None or vm not in assignment.homes:
                yield Address("domain", name, vm), part or Address("reservation", name, vms.on)


def _users(part: Address, assignment: Assignment, allocations: Allocations) -> Iterator[Address]:
    """What is recorded on addresses or ids of which we do not know whether they are the same still.

    VMs are not among them: those that are wanted wait as it is, and others may go.
    """
    granted = assignment.leases if part.kind == "lease" else assignment.ids
    if part.kind == "reservation" or part.name in granted:
        return
    for resource in forms(allocations):
        if part in resource.needs and not isinstance(resource.spec, Domain):
            yield resource.address


def _lost_nodes(part: Address, assignment: Assignment, allocations: Allocations) -> set[str]:
    """Nodes held for a pending group and not among those granted to it now."""
    recorded: Resource[Any] | None = allocations.recorded.get(part)
    if recorded is None or not isinstance(recorded.spec, Reservation):
        return set()
    return set(recorded.spec.nodes) - set(assignment.nodes.get(part.name, ()))
