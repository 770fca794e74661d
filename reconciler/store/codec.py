"""Resources to rows and back.  Specs are stored as JSON lists of their fields, in the order of declaration."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from sys import intern
from typing import Any

from reconciler.model.address import Address, Endpoint
from reconciler.model.resource import Resource
from reconciler.resources.bridge import Bridge
from reconciler.resources.deployment import Deployment
from reconciler.resources.domain import Domain, Nic
from reconciler.resources.host import Host
from reconciler.resources.lease import AddressRange, Lease
from reconciler.resources.reservation import Reservation
from reconciler.resources.switch import Carried, EdgePort, SwitchSlice, Tunnel
from reconciler.resources.vlan import Vlan

Row = tuple[str, str, str, str, str, str | None]
"""kind, name, endpoint, spec, needs, carrier"""

_read_json = json.JSONDecoder().raw_decode
"""``json.loads`` without its checks of what it was given: half the cost for texts as short as ours."""


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
    """Reads the rows of one experiment; equal needs, endpoints and carriers become one shared value."""

    def __init__(self, experiment: str) -> None:
        self._experiment = experiment
        self._needs: dict[str, frozenset[Address]] = {}
        self._endpoints: dict[str, Endpoint] = {}
        self._carriers: dict[str | None, Address | None] = {None: None}

    def resource(self, row: Row) -> Resource[Any]:
        kind, name, endpoint, spec, needs, carrier = row
        return Resource(
            Address(intern(kind), self._experiment, name),
            self._endpoint(endpoint),
            decode_spec(kind, spec),
            self._needs_of(needs),
            self._carrier(carrier),
        )

    def _carrier(self, text: str | None) -> Address | None:
        if text is not None and text not in self._carriers:
            kind, _, name = text.partition("/")
            self._carriers[text] = Address(kind, self._experiment, name)
        return self._carriers[text]

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
    return _BUILDERS[kind](_read_json(text)[0])


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if is_dataclass(value):
        return [_plain(getattr(value, field.name)) for field in fields(value)]
    return value


def _domain(v: list[Any]) -> Domain:
    """Fields that a later version added are taken as their defaults in rows that an earlier one wrote."""
    name, uuid, kernel, ramdisk, arguments, memory_mib, vcpu_count, nics, disk, *others = v
    return Domain(  # ten thousand guests boot one kernel and hang on a few bridges: one string for all of them
        name,
        uuid,
        intern(kernel),
        intern(ramdisk),
        arguments,
        memory_mib,
        vcpu_count,
        tuple([Nic(mac, intern(bridge)) for mac, bridge in nics]),
        disk,
        *map(intern, others),
    )


def _switch_slice(v: list[Any]) -> SwitchSlice:
    return SwitchSlice(
        tuple(EdgePort(port, _tag(tag), access, tuple(trunk), up) for port, tag, access, trunk, up in v[0]),
        tuple(Carried(port, tuple(vlans)) for port, vlans, *_ in v[1]),
        tuple(Tunnel(port, s_vlan, tuple(c_vlans)) for port, s_vlan, c_vlans in v[2]),
        v[3],
    )


def _tag(text: str) -> str:
    """Rows of earlier versions have the mark's epoch in them, which is no part of what is wanted."""
    return text.rpartition(":")[0] if text.startswith("xr:v1:") and text.count(":") == 5 else text


_BUILDERS: Mapping[str, Callable[[list[Any]], object]] = {
    "reservation": lambda v: Reservation(tuple(v[0])),
    "vlan": lambda v: Vlan(tuple((pool, number) for pool, number in v[0])),
    "lease": lambda v: Lease(tuple(AddressRange(*run) for run in v[0])),
    "deployment": lambda v: Deployment(*v),
    "host": lambda v: Host(*v),
    "bridge": lambda v: Bridge(*v),
    "domain": _domain,
    "switch": _switch_slice,
}
