"""Is it still ours?  Every part of a step, held against the database as they are now, right before a call.  Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from reconciler.model.address import Address, Endpoint
from reconciler.model.plan import Plan, Step
from reconciler.model.resource import Resource
from reconciler.resources.allocations import Allocations
from reconciler.resources.bridge import Bridge
from reconciler.resources.deployment import Deployment
from reconciler.resources.domain import Domain
from reconciler.resources.host import Host
from reconciler.resources.lease import Lease, derive_mac
from reconciler.resources.reservation import Reservation
from reconciler.resources.switch import SwitchSlice
from reconciler.resources.vlan import Vlan

NodeAtPort: TypeAlias = Callable[[str, str], str | None]
"""The node (by endpoint name) whose cable is in a switch's port; None where no node's is."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """What an experiment holds now: nodes by endpoint name, VLAN ids by pool, MACs by VM."""

    experiment: str
    nodes: frozenset[str]
    ids: frozenset[tuple[str, int]]
    macs: Mapping[str, frozenset[str]]


def holdings_of(experiment: str, allocations: Allocations, wished: Iterable[Resource[Any]] = ()) -> Holdings:
    """What the database gives to ``experiment`` and what it ``wished`` for, less what another has taken meanwhile."""
    nodes: set[str] = set()
    ids: set[tuple[str, int]] = set()
    macs: dict[str, set[str]] = {}
    for resource in (*allocations.recorded.values(), *wished):
        match resource.spec:
            case Reservation(held):
                nodes.update(node for node in held if node not in allocations.taken_nodes)
            case Vlan(held):
                ids.update(pair for pair in held if pair not in allocations.taken_ids)
            case Lease(runs):
                for vm, number in (pair for run in runs for pair in run.pairs()):
                    if number not in allocations.taken_addresses:
                        macs.setdefault(vm, set()).add(derive_mac(number))
    return Holdings(experiment, frozenset(nodes), frozenset(ids), {vm: frozenset(found) for vm, found in macs.items()})


def unowned(plan: Plan, allocations: Allocations, behind: NodeAtPort = lambda switch, port: None) -> dict[Address, str]:
    """The steps of a plan that touch what is not the experiment's, and why.

    What the plan itself takes from the state database counts as held: whatever uses it waits until it was given.
    """
    if not plan.steps:
        return {}
    changed = {a: s.change for a, s in plan.steps.items() if isinstance(s.change.after, (Reservation, Lease, Vlan))}
    wished = {a: replace(change.resource, spec=change.after) for a, change in changed.items()}
    held = holdings_of(next(iter(plan.steps)).experiment, allocations, wished.values())
    found = {address: foreign_parts(step, held, behind) for address, step in plan.steps.items()}
    return {address: "not sent: " + "; ".join(parts) for address, parts in found.items() if parts}


def foreign_parts(
    step: Step[Any], holdings: Holdings, behind: NodeAtPort = lambda switch, port: None
) -> tuple[str, ...]:
    """What of the step is not the experiment's to touch, in words, sorted; nothing when it may be sent.

    Of what is taken down only the place has to be held (its values may have drifted to anything); of what is made or
    changed, every value too.  Steps on the database is held against the database by the state database themselves.
    """
    address, resource = step.change.address, step.change.resource
    if address.experiment != holdings.experiment:
        return (f"{address} is experiment {address.experiment}'s",)
    return tuple(sorted(set(_foreign(address, resource, step.change.after, step.change.before, holdings, behind))))


def _foreign(
    address: Address, resource: Resource[Any], after: Any, before: Any, holdings: Holdings, behind: NodeAtPort
) -> Iterator[str]:
    match resource.spec:
        case Reservation() | Lease() | Vlan():
            return
        case Deployment():
            yield from _node(address.name, holdings)
        case Host():
            yield from _node(resource.endpoint.host, holdings)
        case Bridge():
            yield from _node(resource.endpoint.host, holdings)
            if isinstance(after, Bridge):
                yield from _ids(_pool(resource.endpoint), (after.vlan,), holdings)
        case Domain():
            yield from _node(resource.endpoint.host, holdings)
            if isinstance(after, Domain):
                yield from _macs(address.name, after, holdings)
        case SwitchSlice():
            specs = [spec for spec in (resource.spec, before, after) if isinstance(spec, SwitchSlice)]
            yield from _ports(resource.endpoint, specs, holdings, behind)
            if isinstance(after, SwitchSlice):
                yield from _slice(resource.endpoint, after, holdings)
        case spec:
            yield f"{address}: nothing is known about whose a {type(spec).__name__} is"


def _node(name: str, holdings: Holdings) -> Iterator[str]:
    if name not in holdings.nodes:
        yield f"node {name} is not reserved to {holdings.experiment}"


def _ids(pool: str, ids: Iterable[int], holdings: Holdings) -> Iterator[str]:
    for number in ids:
        if (pool, number) not in holdings.ids:
            yield f"{pool} {number} is not leased to {holdings.experiment}"


def _macs(vm: str, domain: Domain, holdings: Holdings) -> Iterator[str]:
    for nic in domain.nics:
        if nic.mac not in holdings.macs.get(vm, ()):
            yield f"{nic.mac} follows from no address leased to {vm} of {holdings.experiment}"


def _ports(endpoint: Endpoint, specs: Iterable[SwitchSlice], holdings: Holdings, behind: NodeAtPort) -> Iterator[str]:
    """Edge ports; a port that no node of the site is known to be behind is judged by its mark alone, on the switch."""
    for port in sorted({edge.port for spec in specs for edge in spec.ports}):
        node = behind(endpoint.host, port)
        if node is not None and node not in holdings.nodes:
            yield f"port {port} of {endpoint.host} is that of {node}, which is not reserved to {holdings.experiment}"


def _slice(endpoint: Endpoint, after: SwitchSlice, holdings: Holdings) -> Iterator[str]:
    """A carried id may be an S-VLAN's, on the way to the backbone."""
    pool, site = _pool(endpoint), endpoint.host.rpartition(".")[2]
    stags = {number for other, number in holdings.ids if other.startswith("stag:")}
    for edge in after.ports:
        yield from _ids(pool, edge.trunk if edge.access is None else (edge.access, *edge.trunk), holdings)
    for carried in after.carried:
        yield from _ids(pool, (number for number in carried.vlans if number not in stags), holdings)
    for tunnel in after.tunnels:
        if tunnel.s_vlan not in stags:
            yield f"S-VLAN {tunnel.s_vlan} at {site} is not leased to {holdings.experiment}"
        yield from _ids(pool, tunnel.c_vlans, holdings)


def _pool(endpoint: Endpoint) -> str:
    return f"vlan:{endpoint.host.rpartition('.')[2]}"
