"""Resources to rows and back.  Specs are stored as JSON lists of their fields, in the order of declaration."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from reconciler.model.address import Address, Endpoint
from reconciler.model.resource import Resource
from reconciler.resources.deployment import Deployment
from reconciler.resources.domain import Bridge, Domain, Host, Nic
from reconciler.resources.holding import AddressRun, Lease, Reservation, Vlan
from reconciler.resources.switch_slice import Carried, EdgePort, SwitchSlice, Tunnel

Row = tuple[str, str, str, str, str, str | None]
"""kind, name, endpoint, spec, needs, carrier"""


def encode_resource(resource: Resource[Any]) -> Row:
    address, carrier = resource.address, resource.carrier
    return (
        address.kind,
        address.name,
        f"{resource.endpoint.driver}@{resource.endpoint.host}",
        encode_spec(resource.spec),
        json.dumps([[need.kind, need.name] for need in sorted(resource.needs)]),
        None if carrier is None else f"{carrier.kind}/{carrier.name}",
    )


def encode_spec(spec: object) -> str:
    return json.dumps(_plain(spec), separators=(",", ":"))


class Decoder:
    """Reads the rows of one experiment; equal needs and endpoints become one shared value."""

    def __init__(self, experiment: str) -> None:
        self._experiment = experiment
        self._needs: dict[str, frozenset[Address]] = {}
        self._endpoints: dict[str, Endpoint] = {}

    def resource(self, row: Row) -> Resource[Any]:
        kind, name, endpoint, spec, needs, carrier = row
        return Resource(
            Address(kind, self._experiment, name),
            self._endpoint(endpoint),
            decode_spec(kind, spec),
            self._needs_of(needs),
            None
            if carrier is None
            else Address(carrier.partition("/")[0], self._experiment, carrier.partition("/")[2]),
        )

    def _endpoint(self, text: str) -> Endpoint:
        known = self._endpoints.get(text)
        if known is None:
            driver, _, host = text.partition("@")
            known = self._endpoints[text] = Endpoint(driver, host)
        return known

    def _needs_of(self, text: str) -> frozenset[Address]:
        known = self._needs.get(text)
        if known is None:
            known = frozenset(Address(kind, self._experiment, name) for kind, name in json.loads(text))
            self._needs[text] = known
        return known


def decode_spec(kind: str, text: str) -> object:
    """Raises KeyError for a kind of a later version; the store's schema version is checked before."""
    return _BUILDERS[kind](json.loads(text))


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if is_dataclass(value):
        return [_plain(getattr(value, field.name)) for field in fields(value)]
    return value


def _domain(v: list[Any]) -> Domain:
    fields_ = [*v[:7], tuple(Nic(*nic) for nic in v[7]), *v[8:]]
    return Domain(*fields_)


def _switch_slice(v: list[Any]) -> SwitchSlice:
    return SwitchSlice(
        tuple(EdgePort(port, tag, access, tuple(trunk), up) for port, tag, access, trunk, up in v[0]),
        tuple(Carried(port, tuple(vlans)) for port, vlans, *_ in v[1]),
        tuple(Tunnel(port, s_vlan, tuple(c_vlans)) for port, s_vlan, c_vlans in v[2]),
        v[3],
    )


_BUILDERS: Mapping[str, Callable[[list[Any]], object]] = {
    "reservation": lambda v: Reservation(tuple(v[0])),
    "vlan": lambda v: Vlan(tuple((pool, number) for pool, number in v[0])),
    "lease": lambda v: Lease(tuple(AddressRun(*run) for run in v[0])),
    "deployment": lambda v: Deployment(*v),
    "host": lambda v: Host(*v),
    "bridge": lambda v: Bridge(*v),
    "domain": _domain,
    "switch": _switch_slice,
}
