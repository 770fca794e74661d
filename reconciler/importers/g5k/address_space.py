"""A site's address space for VMs, and which part of it belongs to which scheme."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network
from types import MappingProxyType

from reconciler.importers.document_text import Fields
from reconciler.importers.g5k.options import BadOption, Options
from reconciler.importers.g5k.values import parse_address, parse_range
from reconciler.importers.record import Record
from reconciler.spec.site import Scheme

LAST_OCTET = MappingProxyType(
    {
        "bordeaux": 131,
        "grenoble": 183,
        "lille": 139,
        "luxembourg": 175,
        "lyon": 143,
        "nancy": 147,
        "nantes": 179,
        "orsay": 151,
        "reims": 171,
        "rennes": 159,
        "sophia": 167,
        "toulouse": 163,
    }
)
"""Second octet of the last /16 of each site's /14, before the tree said so itself.

It is the fourth octet of the MAC addresses that the testbed's Xen images gave to their guests, for its DHCP servers.
"""


def address_space(site: str, record: Record, options: Options) -> Fields | None:
    """The space as written in a Site document; None, with a report, when nothing tells it."""
    said = record.record("g5ksubnet")
    space, gateway, others = parse_range(said, "network"), parse_address(said, "gateway"), Scheme.SUBNET
    if space is not None and not 8 <= space.prefixlen <= 28:
        said.report("I103", f"{site}: {space} is no space for VMs: a /8 to a /28; left out", key="network")
        space = gateway = None
    if space is None:
        known = LAST_OCTET.get(site)
        if known is None:
            record.report(
                "I501", f"{site}: no address space for VMs is known; site left out", "add g5ksubnet to its file"
            )
            return None
        space, others = IPv4Network(f"10.{known - 3}.0.0/14"), Scheme.STATIC
        gateway = str(space[-2])
        record.report(
            "I501", f"{site}: the address space is not in the tree; {space} by the testbed's convention", "check it"
        )
    _compare(site, record, space)
    if gateway is not None and IPv4Address(gateway) not in space:
        said.report("I502", f"{site}: gateway {gateway} is outside {space}; left out", key="gateway")
        gateway = None
    fields: Fields = {"space": str(space)}
    if gateway is not None:
        fields["gateway"] = gateway
    fields["ranges"] = _ranges(space, others, options)
    return fields


def _compare(site: str, record: Record, space: IPv4Network) -> None:
    """Survey for ranges that cannot all be true; the document holds only ``space``."""
    virtual = parse_range(record, "virt_ip_range")
    if virtual not in (None, space):
        record.report(
            "I502", f"{site}: virt_ip_range {virtual} is not {space}, the network of g5ksubnet", key="virt_ip_range"
        )
    routed = parse_range(record, "kavlan_ip_range")
    for name, vlan in record.entries("kavlans"):
        network = parse_range(vlan, "network")
        if routed and network and name.isdigit() and int(name) >= 4 and not network.subnet_of(routed):
            record.report(
                "I502", f"{site}: VLAN {name}'s {network} is outside kavlan_ip_range {routed}", key="kavlan_ip_range"
            )
            return


def _ranges(space: IPv4Network, others: Scheme, options: Options) -> list[Fields]:
    """The last quarter is the DHCP servers'; the rest is leased by us or lent by the testbed's own means."""
    *lent, dhcp = space.subnets(prefixlen_diff=2)
    ours = [lease for lease in options.leases if lease.overlaps(space)]
    for lease in ours:
        if not lease.subnet_of(space) or lease.overlaps(dhcp):
            raise BadOption(f"lease {lease} is not in the part of {space} before {dhcp}, where DHCP begins")
    if not options.leases and not options.real:
        ours, lent = lent, []
    rest = [part for network in lent for part in _without(network, ours)]
    parts = [(network, Scheme.LEASE) for network in ours] + [(network, others) for network in rest]
    names = {Scheme.LEASE: "leased", Scheme.SUBNET: "blocks", Scheme.STATIC: "chosen"}
    written: list[Fields] = []
    for scheme in (Scheme.LEASE, others):
        for number, network in enumerate(sorted(net for net, of in parts if of is scheme), 1):
            written.append({"name": f"{names[scheme]}-{number}", "range": str(network), "scheme": scheme.value})
    written.append({"name": "dhcp", "range": str(dhcp), "scheme": Scheme.DHCP.value})
    return written


def _without(network: IPv4Network, taken: Sequence[IPv4Network]) -> list[IPv4Network]:
    left = [network]
    for hole in taken:
        left = [part for whole in left for part in _cut(whole, hole)]
    return left


def _cut(whole: IPv4Network, hole: IPv4Network) -> list[IPv4Network]:
    if not whole.overlaps(hole):
        return [whole]
    return list(whole.address_exclude(hole)) if hole.subnet_of(whole) else []
