"""Items of the state database as people name them: an address, a range of them, an id of a pool, a node."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

import click

MOST = 1 << 18
"""So many at once: a /14."""
_IDS = re.compile(r"(?P<pool>(?:vlan|stag):[a-z0-9][a-z0-9-]*)/(?P<first>[0-9]{1,4})(?:-(?P<last>[0-9]{1,4}))?")
_NODE = re.compile(r"node/(?P<node>[a-z0-9][a-z0-9-]*\.[a-z0-9][a-z0-9-]*)")
FORMS = "10.136.0.9, 10.136.0.9-10.136.0.20, 10.136.4.0/24, vlan:lille/700, stag:core/1000-1009, node/griffon-1.nancy"


@dataclass(frozen=True, slots=True)
class Goods:
    """Items of one pool as the database count them: ``ipv4`` addresses and ids as integers, nodes by endpoint name."""

    pool: str
    items: tuple[int | str, ...]


def parse_goods(text: str) -> Goods:
    """Raises UsageError, with the forms that there are."""
    ids, node = _IDS.fullmatch(text), _NODE.fullmatch(text)
    if node:
        return Goods("node", (node["node"],))
    if ids:
        return Goods(ids["pool"], _between(int(ids["first"]), int(ids["last"] or ids["first"]), text))
    try:
        if "/" in text:
            network = IPv4Network(text)
            return Goods("ipv4", _between(int(network[0]), int(network[-1]), text))
        first, _, last = text.partition("-")
        return Goods("ipv4", _between(int(IPv4Address(first)), int(IPv4Address(last or first)), text))
    except ValueError:
        raise click.UsageError(f"{text!r} is none of: {FORMS}") from None


def _between(first: int, last: int, text: str) -> tuple[int, ...]:
    if not first <= last < first + MOST:
        raise click.UsageError(f"{text!r}: from 1 to {MOST} items at once, the lower end first")
    return tuple(range(first, last + 1))
