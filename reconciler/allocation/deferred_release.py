"""What is no longer wanted but still in use: kept for one more pass, given back after its user is gone.

What the database has given to another is not kept: to ask for it would be refused, with all else that is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from reconciler.allocation.vlan_ids import Ids
from reconciler.model.address import Address
from reconciler.model.resource import Resource
from reconciler.resources.allocations import Allocations
from reconciler.resources.bridge import Bridge
from reconciler.resources.domain import Domain
from reconciler.resources.lease import AddressRange, Lease, derive_mac, merge_ranges
from reconciler.resources.reservation import Reservation
from reconciler.resources.switch import SwitchSlice
from reconciler.resources.vlan import Vlan

NodeAtPort: TypeAlias = Callable[[], Mapping[tuple[str, str], str]]
"""The node behind a port, by (switch, port), all by endpoint name; asked for only when a node is to be given back."""


def nodes_held_until_unused(
    allocations: Allocations, address: Address, chosen: tuple[str, ...], behind: NodeAtPort
) -> tuple[str, ...]:
    """The chosen nodes and those held before on which, or on whose ports, something of ours is still recorded."""
    recorded = allocations.recorded.get(address)
    if recorded is None or not isinstance(recorded.spec, Reservation) or set(recorded.spec.nodes) <= set(chosen):
        return chosen
    busy = set(_busy_nodes(allocations, behind())) - allocations.taken_nodes.keys()
    return (*chosen, *(node for node in recorded.spec.nodes if node not in chosen and node in busy))


def _busy_nodes(allocations: Allocations, behind: Mapping[tuple[str, str], str]) -> Iterator[str]:
    for address, resource in _forms(allocations):
        if address.kind in ("deployment", "host"):
            yield address.name
        elif address.kind in ("bridge", "domain"):
            yield resource.endpoint.host
        elif isinstance(resource.spec, SwitchSlice):
            for edge in resource.spec.ports:
                if (resource.endpoint.host, edge.port) in behind:
                    yield behind[resource.endpoint.host, edge.port]


def _forms(allocations: Allocations) -> Iterator[tuple[Address, Resource[Any]]]:
    """Everything as it is recorded, and as an update under way, or cut short, may have made it."""
    yield from allocations.recorded.items()
    yield from allocations.intended.items()


def ids_held_until_unused(allocations: Allocations, address: Address, chosen: Ids) -> Ids:
    """The chosen VLAN ids, and those held before that a bridge or a port of a switch may still carry."""
    recorded = allocations.recorded.get(address)
    if recorded is None or not isinstance(recorded.spec, Vlan) or set(recorded.spec.ids) <= set(chosen):
        return chosen
    used = set(_used_ids(allocations)) - {_key(*item) for item in allocations.taken_ids}
    return tuple(sorted({*chosen, *(item for item in recorded.spec.ids if _key(*item) in used)}))


def _key(pool: str, number: int) -> tuple[str, int]:
    """S-tags are the backbone's, whose name no switch knows."""
    return ("stag" if pool.startswith("stag:") else pool, number)


def _used_ids(allocations: Allocations) -> Iterator[tuple[str, int]]:
    for _, resource in _forms(allocations):
        pool, spec = f"vlan:{resource.endpoint.host.rpartition('.')[2]}", resource.spec
        if isinstance(spec, Bridge):
            yield pool, spec.vlan
        elif isinstance(spec, SwitchSlice):
            yield from ((pool, vlan) for edge in spec.ports for vlan in (*edge.trunk, edge.access or 0))
            yield from ((pool, vlan) for carried in spec.carried for vlan in carried.vlans)
            yield from ((pool, vlan) for tunnel in spec.tunnels for vlan in tunnel.c_vlans)
            yield from (("stag", tunnel.s_vlan) for tunnel in spec.tunnels)


def ranges_held_until_unused(
    allocations: Allocations, address: Address, chosen: tuple[AddressRange, ...]
) -> tuple[AddressRange, ...]:
    """The chosen runs, and the addresses held before by VMs whose domU is still recorded with them."""
    recorded = allocations.recorded.get(address)
    if recorded is None or not isinstance(recorded.spec, Lease) or recorded.spec.runs == chosen:
        return chosen
    wanted = {pair for run in chosen for pair in run.pairs()}
    held = {pair for run in recorded.spec.runs for pair in run.pairs()}
    ours = {(vm, number) for vm, number in held - wanted if number not in allocations.taken_addresses}
    used = {(vm, number) for vm, number in ours if _uses(allocations, address.experiment, vm, number)}
    return merge_ranges(wanted | used) if used else chosen


def _uses(allocations: Allocations, experiment: str, vm: str, number: int) -> bool:
    address = Address("domain", experiment, vm)
    mac = derive_mac(number)
    seen: Iterable[object] = (
        r.spec for r in (allocations.recorded.get(address), allocations.intended.get(address)) if r is not None
    )
    return any(isinstance(spec, Domain) and any(nic.mac == mac for nic in spec.nics) for spec in seen)
