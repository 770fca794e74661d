"""VMs: the part of an experiment's resources that is made 10,000 times.  Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.allocation.hosts import vm_names
from reconciler.compile.scope import Scope
from reconciler.compile.wiring import Attachment
from reconciler.model.address import Address, Endpoint
from reconciler.model.resource import Resource
from reconciler.resources.domain import Domain, Nic
from reconciler.resources.lease import AddressRange, derive_mac, render_ipv4
from reconciler.spec.catalogue import Catalogue
from reconciler.spec.environment import DiskImage
from reconciler.spec.experiment import NetworkKind, NetworkSpec, NodeGroup, VmGroup


def domains(scope: Scope) -> Iterator[Resource[Any]]:
    groups = {group.name: group for group in scope.experiment.spec.nodes}
    networks = {network.name: network for network in scope.experiment.spec.networks}
    addresses = {name: _addresses_by_vm(runs) for name, runs in scope.assignment.leases.items()}
    for vms in scope.experiment.spec.vms:
        if not all(name in scope.assignment.leases and _has_id(scope, networks[name]) for name in vms.networks):
            continue
        yield from _group_domains(scope, vms, groups[vms.on], [networks[name] for name in vms.networks], addresses)


def _has_id(scope: Scope, network: NetworkSpec) -> bool:
    return network.kind is NetworkKind.SHARED or network.name in scope.assignment.ids


def _addresses_by_vm(runs: tuple[AddressRange, ...]) -> dict[str, int]:
    return {vm: address for run in runs for vm, address in run.pairs()}


def _group_domains(
    scope: Scope,
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
    for vm in vm_names(vms, nodes):
        host = homes.get(vm)
        if host is None:  # it waits for its node
            continue
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


def _way(scope: Scope, nodes: NodeGroup, host: str, networks: list[NetworkSpec]) -> _Way:
    attachments: list[Attachment] = [scope.wiring.attachments[host, network.name] for network in networks]
    needs = {scope.address("host", host), scope.address("reservation", nodes.name)}
    for network, attachment in zip(networks, attachments, strict=True):
        needs.add(scope.address("lease", network.name))
        if attachment.vlan is not None:
            needs.add(scope.address("bridge", f"{host}/{network.name}"))
        if attachment.switch is not None:
            needs.add(scope.address("switch", attachment.switch))
    return _Way(scope.host(host), tuple(a.bridge for a in attachments), frozenset(needs), scope.carrier(host))


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
