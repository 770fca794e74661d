"""The name of a VM in a site's DNS."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.model.address import Address
from reconciler.model.resource import Resource
from reconciler.resources.domain import KIND as DOMAIN
from reconciler.resources.kind import Fencing, Kind, Mac, Part, Services, Storage, Use, nowhere
from reconciler.resources.lease import KIND as LEASE
from reconciler.resources.lease import derive_mac, render_ipv4


@dataclass(frozen=True, slots=True)
class Record:
    """An A record; ``mac`` is that of the address, so that it is held as long as the name is there."""

    name: str
    address: str
    mac: str


def _derive(compiled: Mapping[Address, Resource[Any]], services: Services) -> Iterator[Resource[Record]]:
    """One for each VM, by its first address, at its site's server; the VM has to be there first."""
    servers = {endpoint.host: endpoint for endpoint in services.get("dns", ())}
    numbers = {
        derive_mac(number): number
        for resource in compiled.values()
        if resource.address.kind == LEASE.name
        for run in resource.spec.runs
        for _, number in run.pairs()
    }
    for resource in compiled.values():
        server = servers.get(resource.endpoint.host.rpartition(".")[2])
        if resource.address.kind != DOMAIN.name or server is None or not resource.spec.nics:
            continue
        mac = resource.spec.nics[0].mac
        spec = Record(resource.spec.name, render_ipv4(numbers[mac]), mac)
        address = Address(KIND.name, resource.address.experiment, resource.address.name)
        yield Resource(address, server, spec, frozenset({resource.address}))


def _uses(resource: Resource[Record], state: Record) -> Iterator[Use]:
    yield Mac(resource.address.name, state.mac)


KIND = Kind(
    name="record",
    plural="records",
    spec=Record,
    rank=90,
    part=Part(50, "NamesKnown", "AllNamesKnown", "NamesMissing", "names", alike=False),
    verified=False,
    claims=True,
    fencing=Fencing.NEVER,
    holding=None,
    place=nowhere,
    uses=_uses,
    grows=lambda before, after: False,
    takes_carried=False,
    says_of_carrier=None,
    replaced_by_hand=None,
    derive=_derive,
    storage=Storage((("name", "address", "mac"),), Record, {}),
)
