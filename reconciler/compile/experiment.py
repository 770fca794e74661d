"""Documents and an assignment become resources: every single thing that must be so, with its exact values.  Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.allocation.allocate import Assignment
from reconciler.allocation.deferred_release import (
    ids_held_until_unused,
    nodes_held_until_unused,
    ranges_held_until_unused,
)
from reconciler.compile.guests import domains
from reconciler.compile.scope import Scope
from reconciler.compile.waiting import find_waiting
from reconciler.compile.wiring import wire
from reconciler.model.address import Address, Endpoint
from reconciler.model.desired import Desired
from reconciler.model.resource import Resource
from reconciler.resources.allocations import DATABASE, Allocations
from reconciler.resources.bridge import Bridge
from reconciler.resources.deployment import Deployment
from reconciler.resources.host import Host
from reconciler.resources.kinds import KINDS
from reconciler.resources.lease import Lease
from reconciler.resources.reservation import Reservation
from reconciler.resources.vlan import Vlan
from reconciler.spec.catalogue import Catalogue
from reconciler.spec.environment import Environment
from reconciler.spec.experiment import Experiment
from reconciler.spec.topology import node_ports

Resources = dict[Address, Resource[Any]]


def compile_experiment(
    experiment: Experiment, catalogue: Catalogue, assignment: Assignment, allocations: Allocations
) -> Desired:
    """List everything the experiment wants, by address, and what cannot be told before others have chosen.

    What is no longer wanted but still in use (a leased address whose domU is not yet gone) stays in, so that it is
    given back one pass after its user.

    Raises:
        SpecError: the wiring asked for is impossible at its site.
    """
    scope = Scope(experiment, catalogue, assignment, allocations, wire(experiment, catalogue, assignment))
    waiting = find_waiting(experiment, catalogue, assignment, allocations)
    resources: Resources = {}
    for part in (_holdings, _nodes, _switches, _bridges, domains):
        for resource in part(scope):
            ours = allocations.recorded.get(resource.address)
            # what is recorded as it is wanted is kept once: a third of the memory of 10,000 VMs
            resources[resource.address] = ours if ours == resource else resource
    for kind in KINDS.values():
        if kind.derive is not None:
            derived = kind.derive(dict(resources), _services(experiment, catalogue))
            resources.update((each.address, each) for each in derived)
    for address in waiting:
        resources.pop(address, None)
    return Desired(resources, assignment.pending, waiting)


def _services(experiment: Experiment, catalogue: Catalogue) -> Mapping[str, tuple[Endpoint, ...]]:
    """Of the sites that the experiment is at, in their order."""
    found: dict[str, tuple[Endpoint, ...]] = {}
    for site in dict.fromkeys(group.site for group in experiment.spec.nodes):
        for service in catalogue.sites[site].spec.services:
            found[service.driver] = (*found.get(service.driver, ()), Endpoint(service.driver, site))
    return found


def _holdings(scope: Scope) -> Iterator[Resource[Any]]:
    for group in scope.experiment.spec.nodes:
        address, chosen = scope.address("reservation", group.name), scope.assignment.nodes[group.name]
        if not chosen and address in scope.assignment.pending:
            continue  # what was granted before is not given back for the sake of an answer that is not there yet
        held = nodes_held_until_unused(scope.allocations, address, chosen, lambda: node_ports(scope.catalogue))
        if held:  # nothing held is nothing in the state database: a group may be emptied and kept in the file
            yield Resource(address, DATABASE, Reservation(tuple(sorted(held))))
    for network in scope.experiment.spec.networks:
        if network.name in scope.assignment.ids:
            address = scope.address("vlan", network.name)
            ids = ids_held_until_unused(scope.allocations, address, scope.assignment.ids[network.name])
            yield Resource(address, DATABASE, Vlan(ids))
        lease = scope.address("lease", network.name)
        if network.name not in scope.assignment.leases:
            continue
        runs = ranges_held_until_unused(scope.allocations, lease, scope.assignment.leases[network.name])
        if runs:
            yield Resource(lease, DATABASE, Lease(runs))


def _nodes(scope: Scope) -> Iterator[Resource[Any]]:
    """Images on nodes; and, for nodes that have one or that carry VMs, that they answer with it."""
    hosting = set(scope.assignment.homes.values())
    for group in scope.experiment.spec.nodes:
        environment = scope.catalogue.environments.get(group.image or "")
        site = scope.catalogue.sites[group.site].spec
        reservation = frozenset((scope.address("reservation", group.name),))
        for node in scope.assignment.nodes[group.name]:
            image = None
            if environment is not None:
                image = scope.address("deployment", node)
                yield Resource(
                    image,
                    scope.deployer(group.site),
                    _deployment(node, site.domain, environment),
                    reservation,
                )
            if environment is not None or node in hosting:
                yield Resource(
                    scope.address("host", node),
                    scope.host(node),
                    _host(environment),
                    reservation | ({image} if image else set()),
                    image,
                )


def _deployment(node: str, domain: str, environment: Environment) -> Deployment:
    spec = environment.spec
    short = node.rpartition(".")[0]
    return Deployment(f"{short}.{domain}", spec.environment or environment.metadata.name, spec.version, spec.owner)


def _host(environment: Environment | None) -> Host:
    fingerprint = environment.spec.fingerprint if environment is not None else None
    return Host(fingerprint.file, fingerprint.text) if fingerprint is not None else Host("", "")


def _switches(scope: Scope) -> Iterator[Resource[Any]]:
    for switch, slice_ in sorted(scope.wiring.slices.items()):
        needs = {scope.address("vlan", network) for network in slice_.networks}
        needs |= {scope.address("reservation", group) for group in slice_.groups}
        needs |= {scope.address("deployment", node) for node in slice_.imaged_nodes}
        needs |= {scope.address("switch", core) for core in slice_.after}
        yield Resource(scope.address("switch", switch), scope.switch(switch), slice_.spec, frozenset(needs))


def _bridges(scope: Scope) -> Iterator[Resource[Any]]:
    for (node, network), attachment in sorted(scope.wiring.attachments.items()):
        if attachment.vlan is not None:
            needs = {("host", node), ("vlan", network), ("reservation", scope.group_of[node].name)}
            yield Resource(
                scope.address("bridge", f"{node}/{network}"),
                scope.host(node),
                Bridge(attachment.bridge, attachment.uplink, attachment.vlan),
                frozenset(scope.address(*need) for need in needs),
                scope.carrier(node),
            )
