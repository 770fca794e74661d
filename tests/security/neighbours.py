"""Two experiments of two owners on one site: what each has, as values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.lab.cabling import cable, ports_of, switch_name
from reconciler.lab.reachability import Fabric, Jack
from reconciler.lab.switch.effective import PortState, Push
from reconciler.model.address import Address
from reconciler.model.resource import Resource
from reconciler.resources.allocations import Allocations
from reconciler.resources.bridge import Bridge
from reconciler.resources.deployment import Deployment
from reconciler.resources.domain import Domain
from reconciler.resources.lease import Lease, derive_mac
from reconciler.resources.reservation import Reservation
from reconciler.resources.switch import SwitchSlice
from reconciler.resources.vlan import Vlan
from reconciler.spec.experiment import Experiment
from tests.spec.experiments import catalogue, experiment, make

Resources = Mapping[Address, Resource[Any]]


def named(name: str, **parts: Any) -> Experiment:
    made = experiment(**parts)
    return made.model_copy(update={"metadata": made.metadata.model_copy(update={"name": name})})


def held_by(name: str, wanted: Experiment, **others: Any) -> tuple[Resources, dict[str, Any]]:
    """What the experiment ends with, and the same as another sees it in the state database."""
    allocations = Allocations(**others)
    for _ in range(3):  # what lingers for a pass is then given back
        allocations = Allocations(recorded=dict(make(wanted, allocations)), **others)
    found = allocations.recorded
    nodes: dict[str, str] = {}
    addresses: dict[int, str] = {}
    ids: dict[tuple[str, int], str] = {}
    for resource in found.values():
        match resource.spec:
            case Reservation(held):
                nodes |= dict.fromkeys(held, name)
            case Lease(runs):
                addresses |= {number: name for run in runs for _, number in run.pairs()}
            case Vlan(pairs):
                ids |= dict.fromkeys(pairs, name)
    return found, {"taken_nodes": nodes, "taken_addresses": addresses, "taken_ids": ids}


def parts(resources: Resources) -> set[str]:
    """Everything of the world that the resources name, each as a word."""
    return {word for resource in resources.values() for word in _parts(resource)}


def _parts(resource: Resource[Any]) -> Iterator[str]:
    match resource.spec:
        case Reservation(nodes):
            yield from (f"node {node}" for node in nodes)
        case Deployment():
            yield f"node {resource.address.name}"
        case Lease(runs):
            for number in (number for run in runs for _, number in run.pairs()):
                yield from (f"address {number}", f"mac {derive_mac(number)}")
        case Vlan(pairs):
            yield from (f"id {pool} {number}" for pool, number in pairs)
        case Bridge(_, _, vlan):
            yield from (f"node {resource.endpoint.host}", f"id vlan:{_site(resource)} {vlan}")
        case Domain() as domain:
            yield from (f"node {resource.endpoint.host}", f"uuid {domain.uuid}")
            yield from (f"mac {nic.mac}" for nic in domain.nics)
        case SwitchSlice() as part:
            yield from (f"port {resource.endpoint.host} {edge.port}" for edge in part.ports)
            used = {vlan for edge in part.ports for vlan in (*edge.trunk, *([edge.access] if edge.access else []))}
            yield from (f"id vlan:{_site(resource)} {vlan}" for vlan in used)


def _site(resource: Resource[Any]) -> str:
    return resource.endpoint.host.rpartition(".")[2]


def fabric_of(*tenants: Resources) -> Fabric:
    """The switches as they are once all slices are set; what nobody set is as a vendor ships it."""
    sites = list(catalogue().sites.values())
    states = {
        Jack(switch_name(site, switch), port): PortState()
        for site in sites
        for switch, ports in ports_of(site).items()
        for port in ports
    }
    for resource in (r for tenant in tenants for r in tenant.values() if isinstance(r.spec, SwitchSlice)):
        _set(states, resource.endpoint.host, resource.spec)
    return Fabric(cable(sites), states)


def _set(states: dict[Jack, PortState], switch: str, part: SwitchSlice) -> None:
    for edge in part.ports:
        states[Jack(switch, edge.port)] = PortState(edge.up, edge.access, frozenset(edge.trunk))
    pushes = {tunnel.port: tunnel for tunnel in part.tunnels}
    for carried in part.carried:
        jack = Jack(switch, carried.port)
        before = states[jack] if states[jack].untagged is None else PortState(untagged=None)
        states[jack] = PortState(True, None, before.tagged | set(carried.vlans), before.pushes)
    for port, tunnel in pushes.items():
        jack = Jack(switch, port)
        before = states[jack] if states[jack].untagged is None else PortState(untagged=None)
        push = Push(tunnel.s_vlan, frozenset(tunnel.c_vlans), 0x88A8, True)
        states[jack] = PortState(True, None, before.tagged, (*before.pushes, push))


def uplinks(resources: Resources) -> list[tuple[str, str, int]]:
    """Node, interface and VLAN of every bridge."""
    return [(r.endpoint.host, r.spec.uplink, r.spec.vlan) for r in resources.values() if isinstance(r.spec, Bridge)]
