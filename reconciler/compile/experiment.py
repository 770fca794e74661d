"""Documents and an assignment become resources: every single thing that must be so, with its exact values.  Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.allocation.allocate import Assignment
from reconciler.allocation.deferred_release import (
    ids_held_until_unused,
    nodes_held_until_unused,
    ranges_held_until_unused,
)
from reconciler.compile.wiring import Attachment, Wiring, wire
from reconciler.model.address import Address, Endpoint
from reconciler.model.resource import Resource
from reconciler.resources.allocations import Allocations
from reconciler.resources.bridge import Bridge
from reconciler.resources.deployment import Deployment
from reconciler.resources.domain import Domain, Nic
from reconciler.resources.host import Host
from reconciler.resources.lease import AddressRange, Lease, derive_mac, render_ipv4
from reconciler.resources.reservation import Reservation
from reconciler.resources.vlan import Vlan
from reconciler.spec.catalogue import Catalogue
from reconciler.spec.environment import DiskImage, Environment
from reconciler.spec.experiment import Experiment, NetworkKind, NetworkSpec, NodeGroup, VmGroup
from reconciler.spec.topology import node_ports

DATABASE = Endpoint("allocations", "database")
Resources = dict[Address, Resource[Any]]


def compile_experiment(
    experiment: Experiment, catalogue: Catalogue, assignment: Assignment, allocations: Allocations
) -> Resources:
    """List everything the experiment wants, by address.

    What is no longer wanted but still in use (a leased address whose domU is not yet gone) stays in, so that it is
    given back one pass after its user.

    Raises:
        SpecError: the wiring asked for is impossible at its site.
    """
    scope = _Scope(experiment, catalogue, assignment, allocations, wire(experiment, catalogue, assignment))
    resources: Resources = {}
    for part in (_holdings, _nodes, _switches, _bridges, _domains):
        for resource in part(scope):
            ours = allocations.recorded.get(resource.address)
            # what is recorded as it is wanted is kept once: a third of the memory of 10,000 VMs
            resources[resource.address] = ours if ours == resource else resource
    return resources


@dataclass(frozen=True, slots=True)
class _Scope:
    experiment: Experiment
    catalogue: Catalogue
    assignment: Assignment
    allocations: Allocations
    wiring: Wiring

    def address(self, kind: str, name: str) -> Address:
        return Address(kind, self.experiment.metadata.name, name)


def _holdings(scope: _Scope) -> Iterator[Resource[Any]]:
    for group in scope.experiment.spec.nodes:
        address, chosen = scope.address("reservation", group.name), scope.assignment.nodes[group.name]
        held = nodes_held_until_unused(scope.allocations, address, chosen, lambda: node_ports(scope.catalogue))
        if held:  # nothing held is nothing in the state database: a group may be emptied and kept in the file
            yield Resource(address, DATABASE, Reservation(tuple(sorted(held))))
    for network in scope.experiment.spec.networks:
        if network.name in scope.assignment.ids:
            address = scope.address("vlan", network.name)
            ids = ids_held_until_unused(scope.allocations, address, scope.assignment.ids[network.name])
            yield Resource(address, DATABASE, Vlan(ids))
        lease = scope.address("lease", network.name)
        runs = ranges_held_until_unused(scope.allocations, lease, scope.assignment.leases[network.name])
        if runs:
            yield Resource(lease, DATABASE, Lease(runs))


def _nodes(scope: _Scope) -> Iterator[Resource[Any]]:
    """Images on nodes; and, for nodes that have one or that carry VMs, that they answer with it."""
    hosting = set(scope.assignment.homes.values())
    for group in scope.experiment.spec.nodes:
        environment = scope.catalogue.environments.get(group.image or "")
        domain = scope.catalogue.sites[group.site].spec.domain
        reservation = frozenset((scope.address("reservation", group.name),))
        for node in scope.assignment.nodes[group.name]:
            image = None
            if environment is not None:
                image = scope.address("deployment", node)
                yield Resource(
                    image, Endpoint("kadeploy", group.site), _deployment(node, domain, environment), reservation
                )
            if environment is not None or node in hosting:
                yield Resource(
                    scope.address("host", node),
                    Endpoint("xen", node),
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


def _switches(scope: _Scope) -> Iterator[Resource[Any]]:
    for switch, slice_ in sorted(scope.wiring.slices.items()):
        needs = {scope.address("vlan", network) for network in slice_.networks}
        needs |= {scope.address("reservation", group) for group in slice_.groups}
        needs |= {scope.address("deployment", node) for node in slice_.imaged_nodes}
        needs |= {scope.address("switch", core) for core in slice_.after}
        yield Resource(scope.address("switch", switch), Endpoint("openconfig", switch), slice_.spec, frozenset(needs))


def _bridges(scope: _Scope) -> Iterator[Resource[Any]]:
    groups = {node: group for group, nodes in scope.assignment.nodes.items() for node in nodes}
    for (node, network), attachment in sorted(scope.wiring.attachments.items()):
        if attachment.vlan is not None:
            needs = {("host", node), ("vlan", network), ("reservation", groups[node])}
            yield Resource(
                scope.address("bridge", f"{node}/{network}"),
                Endpoint("xen", node),
                Bridge(attachment.bridge, attachment.uplink, attachment.vlan),
                frozenset(scope.address(*need) for need in needs),
                _carrier(scope, node),
            )


def _carrier(scope: _Scope, node: str) -> Address | None:
    return scope.address("deployment", node) if node in scope.wiring.imaged else None


# -- VMs: the part that runs 10,000 times ----------------------------------------------------------


def _domains(scope: _Scope) -> Iterator[Resource[Any]]:
    groups = {group.name: group for group in scope.experiment.spec.nodes}
    networks = {network.name: network for network in scope.experiment.spec.networks}
    addresses = {name: _addresses_by_vm(runs) for name, runs in scope.assignment.leases.items()}
    for vms in scope.experiment.spec.vms:
        yield from _group_domains(scope, vms, groups[vms.on], [networks[name] for name in vms.networks], addresses)


def _addresses_by_vm(runs: tuple[AddressRange, ...]) -> dict[str, int]:
    return {vm: address for run in runs for vm, address in run.pairs()}


def _group_domains(
    scope: _Scope,
    vms: VmGroup,
    nodes: NodeGroup,
    networks: list[NetworkSpec],
    addresses: Mapping[str, Mapping[str, int]],
) -> Iterator[Resource[Any]]:
    experiment = scope.experiment.metadata.name
    image = scope.catalogue.disk_images[vms.image].spec
    template = _template(scope.catalogue.disk_images[vms.image], networks[0], scope.catalogue)
    prefix = f"{nodes.site}/{experiment}/domain/"
    # a base disk cannot be seen on a copy of it: its mark in the copy's name can
    mode, disk_mark = image.mode.value, hashlib.sha256((image.disk or "").encode()).hexdigest()[:8]
    homes = scope.assignment.homes
    ways: dict[str, _Way] = {}
    first = addresses[networks[0].name]
    book_of = [addresses[network.name] for network in networks]
    count = 0
    while (vm := f"{vms.name}-{count}") in first:
        count += 1
        host = homes[vm]
        way = ways.get(host)
        if way is None:
            way = ways[host] = _way(scope, nodes, host, networks)
        nics = tuple(
            [Nic(derive_mac(allocations[vm]), bridge) for allocations, bridge in zip(book_of, way.bridges, strict=True)]
        )
        yield Resource(
            Address("domain", experiment, vm),
            way.endpoint,
            Domain(
                f"{experiment}-{vm}",
                derive_uuid(prefix + vm),
                image.kernel,
                image.ramdisk or "",
                template.fill(first[vm], vm),
                vms.memory,
                vms.vcpus,
                nics,
                f"/var/lib/reconciler/{experiment}-{vm}-{disk_mark}.img" if image.disk else "",
                image.disk or "",
                mode=mode,
            ),
            way.needs,
            way.carrier,
        )


@dataclass(frozen=True, slots=True)
class _Way:
    """What all VMs of one group on one host have in common."""

    endpoint: Endpoint
    bridges: tuple[str, ...]
    needs: frozenset[Address]
    carrier: Address | None


def _way(scope: _Scope, nodes: NodeGroup, host: str, networks: list[NetworkSpec]) -> _Way:
    attachments: list[Attachment] = [scope.wiring.attachments[host, network.name] for network in networks]
    needs = {scope.address("host", host), scope.address("reservation", nodes.name)}
    for network, attachment in zip(networks, attachments, strict=True):
        needs.add(scope.address("lease", network.name))
        if attachment.vlan is not None:
            needs.add(scope.address("bridge", f"{host}/{network.name}"))
        if attachment.switch is not None:
            needs.add(scope.address("switch", attachment.switch))
    return _Way(Endpoint("xen", host), tuple(a.bridge for a in attachments), frozenset(needs), _carrier(scope, host))


@dataclass(frozen=True, slots=True)
class _Template:
    """A guest's kernel arguments with everything filled in that its group has in common."""

    text: str
    per_vm: bool

    def fill(self, address: int, vm: str) -> str:
        if not self.per_vm:
            return self.text
        text = self.text.replace("{address}", render_ipv4(address)).replace("{hostname}", vm)
        return text.replace("{mac}", derive_mac(address)) if "{mac}" in text else text


def _template(image: DiskImage, network: NetworkSpec, catalogue: Catalogue) -> _Template:
    space = catalogue.sites[network.sites[0]].spec.addresses
    own_prefix = network.kind in (NetworkKind.LOCAL, NetworkKind.GLOBAL) and network.addresses is not None
    prefix = network.addresses if own_prefix and network.addresses is not None else space.space
    routed = network.kind in (NetworkKind.ROUTED, NetworkKind.SHARED) and network.gateway
    gateway = space.gateway or "" if routed else ""
    text = image.spec.arguments.replace("{prefixLength}", str(prefix.prefixlen))
    if "{gateway}" in text and not gateway:
        text = " ".join(word for word in text.split() if "{gateway}" not in word)
    text = text.replace("{gateway}", gateway)
    return _Template(text, "{" in text)


def derive_uuid(name: str) -> str:
    """The version 5 UUID of a name in our own namespace, as text."""
    digest = bytearray(hashlib.sha1(_NAMESPACE + name.encode(), usedforsecurity=False).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x50
    digest[8] = digest[8] & 0x3F | 0x80
    text = digest.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


_NAMESPACE = bytes.fromhex("5f0c1d0e7c2b5a6e9f1a3c8de0b47a11")
