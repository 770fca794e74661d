"""Resources to rows and back.

A spec is a JSON list of its fields in the order of its kind's latest version; rows of earlier ones are read by the
names that their version gives to its places.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields, is_dataclass
from sys import intern
from typing import Any

from reconciler.model.address import Address, Endpoint
from reconciler.model.resource import Resource
from reconciler.resources.kind import Storage
from reconciler.resources.kinds import KINDS

Row = tuple[str, str, str, str, str, str | None, int]
"""kind, name, endpoint, spec, needs, carrier, version"""

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
        resource.spec.version if isinstance(resource.spec, Unreadable) else KINDS[address.kind].storage.version,
    )


def encode_spec(spec: object) -> str:
    if isinstance(spec, Unreadable):
        return spec.text
    return json.dumps(_plain(spec), separators=(",", ":"))


class Decoder:
    """Reads the rows of one experiment; equal needs, endpoints and carriers become one shared value."""

    def __init__(self, experiment: str) -> None:
        self._experiment = experiment
        self._needs: dict[str, frozenset[Address]] = {}
        self._endpoints: dict[str, Endpoint] = {}
        self._carriers: dict[str | None, Address | None] = {None: None}

    def resource(self, row: Row) -> Resource[Any]:
        kind, name, endpoint, spec, needs, carrier, version = row
        return Resource(
            Address(intern(kind), self._experiment, name),
            self._endpoint(endpoint),
            decode_spec(kind, spec, version),
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


def decode_spec(kind: str, text: str, version: int) -> object:
    """What is of a kind that is not listed stays as it is, and is left alone.

    Raises:
        ValueError, TypeError, KeyError: the row is not as its version says, or of a version that a later program wrote.
    """
    latest = _LATEST.get(kind)
    if latest is None:
        return Unreadable(text, version)
    known, count, make = latest
    values = _read_json(text)[0]
    if version != known or len(values) != count:
        values = _renewed(KINDS[kind].storage, values, version)
    return make(*values)


_LATEST = {name: (k.storage.version, len(k.storage.fields[-1]), k.storage.make) for name, k in KINDS.items()}


def _renewed(storage: Storage[Any], values: list[object], version: int) -> list[object]:
    if not 1 <= version <= storage.version:
        raise ValueError(f"row of version {version}; this program knows versions up to {storage.version}")
    names = storage.fields[version - 1]
    if len(values) > len(names):
        raise ValueError(f"{len(values)} values for the fields {', '.join(names)}")
    known = dict(zip(names, values, strict=False))
    return [known[name] if name in known else storage.added[name] for name in storage.fields[-1]]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The spec of a kind that this program does not list, as it was stored."""

    text: str
    version: int


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if is_dataclass(value):
        return [_plain(getattr(value, field.name)) for field in fields(value)]
    return value
