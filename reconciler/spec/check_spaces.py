"""The address spaces of sites: their ranges, gateways, and the spaces beside each other."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address
from itertools import combinations

from reconciler.model.diagnostic import Diagnostic
from reconciler.spec.catalogue import Catalogue
from reconciler.spec.site import Site, VlanSpace

_MAC_PREFIX_LENGTH = 8  # a MAC follows from the last three octets of the address


def check_spaces(catalogue: Catalogue) -> Iterator[Diagnostic]:
    for site in catalogue.sites.values():
        yield from _ranges(catalogue, site)
        yield from _gateway(catalogue, site)
        yield from _vlans(catalogue, site)
    for one, other in combinations(catalogue.sites.values(), 2):
        space = other.spec.addresses.space
        if space.overlaps(one.spec.addresses.space):
            path = ("spec", "addresses", "space")
            summary = f"{space} overlaps {one.spec.addresses.space}, the space of site {one.metadata.name}"
            yield catalogue.complain("S401", summary, other, path, f"see {catalogue.span(one, *path)}")


def _ranges(catalogue: Catalogue, site: Site) -> Iterator[Diagnostic]:
    addresses = site.spec.addresses
    if addresses.space.prefixlen < _MAC_PREFIX_LENGTH:
        summary = f"{addresses.space} is too wide: VMs' MAC addresses follow from the last three octets"
        path: tuple[str | int, ...] = ("spec", "addresses", "space")
        yield catalogue.complain("S406", summary, site, path, f"at most a /{_MAC_PREFIX_LENGTH}")
    for index, part in enumerate(addresses.ranges):
        path = ("spec", "addresses", "ranges", index, "range")
        if not part.range.subnet_of(addresses.space):
            summary = f"{part.range} is not inside the site's space {addresses.space}"
            yield catalogue.complain("S402", summary, site, path)
        for before in addresses.ranges[:index]:
            if part.range.overlaps(before.range):
                summary = f"{part.range} overlaps {before.range} ({before.name})"
                yield catalogue.complain("S401", summary, site, path, "a range belongs to one scheme")


def _gateway(catalogue: Catalogue, site: Site) -> Iterator[Diagnostic]:
    addresses = site.spec.addresses
    if addresses.gateway is not None and IPv4Address(addresses.gateway) not in addresses.space:
        summary = f"the gateway {addresses.gateway} is not inside the site's space {addresses.space}"
        hint = "guests could not reach it"
        yield catalogue.complain("S405", summary, site, ("spec", "addresses", "gateway"), hint)


def _vlans(catalogue: Catalogue, site: Site) -> Iterator[Diagnostic]:
    used: dict[int, str] = {}
    for use, ids in _vlan_uses(site.spec.vlans):
        double = next((vlan for vlan in ids if vlan in used), None)
        if double is not None:
            summary = f"VLAN {double} is lent twice, as {used[double]} and as {use}"
            yield catalogue.complain("S417", summary, site, ("spec", "vlans", use), "an id has one use")
        for vlan in ids:
            used.setdefault(vlan, use)


def _vlan_uses(vlans: VlanSpace) -> Iterator[tuple[str, tuple[int, ...]]]:
    yield "production", (vlans.production,) if vlans.production is not None else ()
    yield "local", vlans.local or ()
    yield "routed", vlans.routed or ()
    yield "global", vlans.global_ or ()
