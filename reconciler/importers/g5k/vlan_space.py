"""The VLAN ids on a site's switches, from the numbers its users know (KaVLAN 1 to 22) and the switches' own tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Network

from reconciler.importers.document_text import Fields
from reconciler.importers.g5k.equipment import Equipment
from reconciler.importers.g5k.nodes import NodeDraft
from reconciler.importers.g5k.values import parse_range
from reconciler.importers.record import Record

_TAG = re.compile(r"vlan([1-9][0-9]{0,3})\Z")
_KAVLAN = re.compile(r"kavlan-([1-9][0-9]?)\Z")
_LOCAL, _ROUTED, _GLOBAL = range(1, 4), range(4, 10), range(10, 23)
_OFFSET = 700
_PRODUCTION = 100
"""The testbed's own tags in the years whose trees tell them."""


def vlan_space(site: str, record: Record, equipment: Sequence[Equipment], nodes: Iterable[NodeDraft]) -> Fields:
    """``local``, ``routed`` and ``global`` as switches tag them; 1 to 22 are no tags and are never written as such.

    A global VLAN is lent by its home site and carried by all; every site's document lists them all, so that a network
    over several sites finds one id that all of them lend.
    """
    told = {number: tag for item in equipment for number, tag in _told(item.record)}
    numbers = {int(key) for key in record.record("kavlans").names() if key.isdigit()}
    numbers |= {number for node in nodes for number in _numbers(node.record)} | told.keys()
    if not told:
        numbers |= {*_LOCAL, *_ROUTED, *range(10, 22)}
        record.report(
            "I503", f"{site}: VLAN tags are not in the tree; written as {_OFFSET} + the VLAN's number", "ask the site"
        )
    tags = {number: told.get(number, _OFFSET + number) for number in sorted(numbers)}
    if any(tag != _OFFSET + number for number, tag in told.items()):
        tags = told
    production = _production(site, record, equipment)
    fields: Fields = {"production": production}
    used = {production}
    for kind, range_ in (("local", _LOCAL), ("routed", _ROUTED), ("global", _GLOBAL)):
        ids = {tag for number, tag in tags.items() if number in range_ and 2 <= tag <= 4094}
        if ids & used:
            record.report("I502", f"{site}: VLAN {render_ids(sorted(ids & used))} has two uses; not lent as {kind}")
        if ids - used:
            fields[kind] = render_ids(sorted(ids - used))
        used |= ids
    return fields


def render_ids(ids: Sequence[int]) -> str:
    """``701-703,705`` for sorted ids."""
    runs: list[list[int]] = []
    for number in ids:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


def _told(equipment: Record) -> Iterable[tuple[int, int]]:
    for key, vlan in equipment.entries("vlans"):
        tag, number = _TAG.match(key), _KAVLAN.match(vlan.text("name") or "")
        if tag and number:
            yield int(number[1]), int(tag[1])


def _numbers(node: Record) -> Iterable[int]:
    for _, adapter in node.entries("kavlan"):
        yield from (int(match[1]) for key in adapter.names() if (match := _KAVLAN.match(key)))


def _production(site: str, record: Record, equipment: Sequence[Equipment]) -> int:
    """The VLAN whose router address is in the site's production network."""
    network = parse_range(record.record("kavlans").record("default"), "network")
    if network is None:
        record.report(
            "I503", f"{site}: the production VLAN is not in the tree; written as {_PRODUCTION}", "ask the site"
        )
        return _PRODUCTION
    fitting = {tag for item in equipment for tag in _tags_in(item.record, network)}
    if len(fitting) == 1:
        return fitting.pop()
    found = ", ".join(map(str, sorted(fitting))) or "none"
    record.report(
        "I502",
        f"{site}: VLANs with an address in {network}: {found}; production written as {_PRODUCTION}",
        key="kavlans",
    )
    return _PRODUCTION


def _tags_in(equipment: Record, network: IPv4Network) -> Iterable[int]:
    for key, vlan in equipment.entries("vlans"):
        addresses = vlan.raw("addresses")
        texts = addresses if isinstance(addresses, list) else []
        if (tag := _TAG.match(key)) and 2 <= int(tag[1]) <= 4094 and any(_inside(text, network) for text in texts):
            yield int(tag[1])


def _inside(text: object, network: IPv4Network) -> bool:
    try:
        return isinstance(text, str) and IPv4Network(text, strict=False).subnet_of(network)
    except ValueError:
        return False
