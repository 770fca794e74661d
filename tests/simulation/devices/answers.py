"""What a node with Xen says of what it was asked about."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from reconciler.drivers.host.address_conflicts import find_use
from reconciler.drivers.host.leftover_disks import find_left
from reconciler.drivers.host.links import find_bridge
from reconciler.drivers.host.owner_tags import is_of
from reconciler.drivers.host.xen.hypervisor import XEN
from reconciler.model.address import Address
from reconciler.model.resource import Absent, Foreign, Observed, Present, Resource, Unknown
from reconciler.resources.bridge import Bridge
from reconciler.resources.domain import Domain
from reconciler.resources.host import Host

if TYPE_CHECKING:
    from tests.simulation.devices.host import Dom0

ENDING_S = 5.0


def states_on(host: Dom0, resources: Any) -> dict[Address, Observed[Any]]:
    states: dict[Address, Observed[Any]] = {}
    for resource in resources:  # a host as it is wanted, which comes first; what is on it as it is recorded
        if resource.address not in states or not isinstance(resource.spec, Host):
            states[resource.address] = _state(host, resource)
    for address, state in states.items():  # in conflict only if all that it is recorded and wanted as are
        forms = [r.spec for r in resources if r.address == address and isinstance(r.spec, Domain)]
        if forms and isinstance(state, Absent):
            living = {uuid: (guest.domain,) for uuid, guest in sorted(host.guests.items())}
            state = states[address] = find_left(forms, host.disks, living)
        uses = [_use(host, form, address.experiment) for form in forms]
        if uses and None not in uses and isinstance(state, (Present, Absent)):
            states[address] = uses[-1] or state
    return states


def _use(host: Dom0, wanted: Domain, experiment: str) -> Foreign | None:
    owner = (host.host.rpartition(".")[2], experiment)
    address_conflicts = [
        g.domain for u, g in sorted(host.guests.items()) if u != wanted.uuid and not is_of(g.mark, owner)
    ]
    return find_use(host.host, wanted, address_conflicts, {})


def _state(host: Dom0, resource: Resource[Any]) -> Observed[Any]:
    match resource.spec:
        case Host() as wanted:
            return Present(Host(wanted.fingerprint_file, host.image if wanted.fingerprint_file else ""))
        case Bridge() as wanted:
            found = find_bridge(host.links, wanted, XEN.guest_ports)
            return Absent() if found is None else Present(found)
        case Domain() as wanted:
            return _guest(host, wanted, resource.address.experiment)
    raise NotImplementedError(f"the simulated host does not know {type(resource.spec).__name__}")


def _guest(host: Dom0, wanted: Domain, experiment: str) -> Observed[Domain]:
    if wanted.uuid in host.zombies:
        return Unknown(f"{wanted.name} is ending; what it holds is not free yet", ENDING_S)
    for uuid, guest in sorted(host.guests.items()):
        if guest.domain.name == wanted.name and uuid != wanted.uuid:
            return Foreign(f"the domain {wanted.name} has the uuid {uuid}, which is not ours")
    found = host.guests.get(wanted.uuid)
    owner = (host.host.rpartition(".")[2], experiment)
    if found is not None and found.mark and not is_of(found.mark, owner):
        return Foreign(f"the domain {wanted.name} is marked {found.mark}, which is not ours")
    if found is None:
        return Absent()
    base = wanted.base_disk if found.domain.disk == wanted.disk else ""
    return Present(replace(found.domain, base_disk=base))
