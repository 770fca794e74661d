"""What is no longer wanted but still in use: kept for one more pass, given back after its user is gone.

What the database has given to another is not kept: to ask for it would be refused, with all else that is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from reconciler.allocation.allocator import Ids
from reconciler.model.address import Address
from reconciler.model.resource import Resource
from reconciler.resources.allocations import Allocations
from reconciler.resources.kind import CarriedTag, Mac, Node, Number, Port, ServiceTag, Use
from reconciler.resources.kinds import KINDS
from reconciler.resources.lease import AddressRange, Lease, derive_mac, merge_ranges
from reconciler.resources.reservation import Reservation
from reconciler.resources.vlan import Vlan

NodesAtPorts: TypeAlias = Callable[[], Mapping[tuple[str, str], str]]
"""The node at a port, by (switch, port), all by endpoint name; asked for only when a node is to be given back."""


def nodes_held_until_unused(
    allocations: Allocations, address: Address, chosen: tuple[str, ...], nodes_at_ports: NodesAtPorts
) -> tuple[str, ...]:
    """The chosen nodes and those held before on which, or on whose ports, something of ours is still recorded."""
    recorded = allocations.recorded.get(address)
    if recorded is None or not isinstance(recorded.spec, Reservation) or set(recorded.spec.nodes) <= set(chosen):
        return chosen
    left = [n for n in recorded.spec.nodes if n not in chosen and n not in allocations.taken_nodes]
    if _uses_are_known(allocations):
        busy = set(_busy_nodes(allocations, nodes_at_ports()))
        left = [node for node in left if node in busy]
    return (*chosen, *left)


def _busy_nodes(allocations: Allocations, nodes_at_ports: Mapping[tuple[str, str], str]) -> Iterator[str]:
    for resource in forms(allocations):
        yield from nodes_of(resource, nodes_at_ports)


def nodes_of(resource: Resource[Any], nodes_at_ports: Mapping[tuple[str, str], str]) -> Iterator[str]:
    """The nodes that a resource is on, or whose ports it sets; by endpoint name.  Not known for an unlisted kind."""
    kind = KINDS.get(resource.address.kind)
    for use in kind.place(resource, [resource.spec]) if kind is not None else ():
        if isinstance(use, Node):
            yield use.name
        elif isinstance(use, Port) and use in nodes_at_ports:
            yield nodes_at_ports[use]


def forms(allocations: Allocations) -> Iterator[Resource[Any]]:
    """Everything as it is recorded, and as an update under way, or cut short, may have made it."""
    yield from allocations.recorded.values()
    yield from allocations.intended.values()


def _uses_are_known(allocations: Allocations) -> bool:
    """What is of a kind that is not listed may use anything: then nothing is given back."""
    return all(resource.address.kind in KINDS for resource in forms(allocations))


def _uses(allocations: Allocations) -> Iterator[Use]:
    for resource in forms(allocations):
        yield from KINDS[resource.address.kind].uses(resource, resource.spec)


def ids_held_until_unused(allocations: Allocations, address: Address, chosen: Ids) -> Ids:
    """The chosen VLAN ids, and those held before that a bridge or a port of a switch may still carry."""
    recorded = allocations.recorded.get(address)
    if recorded is None or not isinstance(recorded.spec, Vlan) or set(recorded.spec.ids) <= set(chosen):
        return chosen
    taken = {_key(*item) for item in allocations.taken_ids}
    left = [item for item in recorded.spec.ids if _key(*item) not in taken]
    if _uses_are_known(allocations):
        used = set(_used_ids(allocations))
        left = [item for item in left if _key(*item) in used]
    return tuple(sorted({*chosen, *left}))


def _key(pool: str, number: int) -> tuple[str, int]:
    """S-tags are the backbone's, whose name no switch knows."""
    return ("stag" if pool.startswith("stag:") else pool, number)


def _used_ids(allocations: Allocations) -> Iterator[tuple[str, int]]:
    for use in _uses(allocations):
        match use:
            case Number(pool, number):
                yield pool, number
            case CarriedTag(pool, number):  # on a shared link it may be either
                yield pool, number
                yield "stag", number
            case ServiceTag(_, number):
                yield "stag", number


def ranges_held_until_unused(
    allocations: Allocations, address: Address, chosen: tuple[AddressRange, ...]
) -> tuple[AddressRange, ...]:
    """The chosen ranges, and the addresses held before by VMs that are still recorded with them."""
    recorded = allocations.recorded.get(address)
    if recorded is None or not isinstance(recorded.spec, Lease) or recorded.spec.runs == chosen:
        return chosen
    wanted = {pair for run in chosen for pair in run.pairs()}
    held = {pair for run in recorded.spec.runs for pair in run.pairs()}
    left = {(vm, number) for vm, number in held - wanted if number not in allocations.taken_addresses}
    if left and _uses_are_known(allocations):
        macs = {(use.vm, use.mac) for use in _uses(allocations) if isinstance(use, Mac)}
        left = {(vm, number) for vm, number in left if (vm, derive_mac(number)) in macs}
    return merge_ranges(wanted | left) if left else chosen
