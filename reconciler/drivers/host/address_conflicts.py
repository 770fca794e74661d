"""Who uses an address that is leased to us: another's domain, or whoever answers ARP for it (``ip neigh``).  Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from ipaddress import AddressValueError, IPv4Address

from reconciler.model.resource import Foreign
from reconciler.resources.domain import Domain
from reconciler.resources.lease import derive_mac
from reconciler.transport.decoding import parse_json

NEIGHBOURS = "ip -j neigh show"

_IPV4 = re.compile(r"(?<![0-9.])[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![0-9.])")
_LONGEST_NAME = 60
_ANSWERED = frozenset({"REACHABLE", "STALE", "DELAY", "PROBE"})


def find_use(
    host: str, wanted: Domain, others: Collection[Domain], neighbours: Mapping[str, Collection[str]]
) -> Foreign | None:
    """What of ``wanted`` is used by others on this host; None when nothing is.

    The leased address is told where it is known: a second NIC's is not among the kernel's arguments.
    """
    found = sorted({*_by_domains(wanted, others), *_by_neighbours(wanted, neighbours)})
    if not found:
        return None
    mac, _ = found[0]
    leased = leased_addresses(wanted).get(mac)
    reasons = "; ".join(f"{who} on {host}" for its, who in found if its == mac)
    reason = f"{reasons}, leased to {wanted.name}"
    return Foreign(reason, None if leased is None else int(IPv4Address(leased)))


def leased_addresses(domain: Domain) -> Mapping[str, str]:
    """The IPv4 addresses in its kernel's arguments that its MACs follow from (and no gateway), by MAC."""
    macs = {nic.mac for nic in domain.nics}
    return {mac: address for address in addresses_in(domain.arguments) if (mac := _mac_of(address)) in macs}


def addresses_in(text: str) -> Sequence[str]:
    return sorted({found for found in _IPV4.findall(text) if _is_ipv4(found)})


def parse_neighbours(text: str) -> Mapping[str, frozenset[str]]:
    """The MACs that have answered for each address.

    Raises:
        ValueError: not what ip prints.
    """
    found: dict[str, frozenset[str]] = {}
    try:
        for entry in parse_json(text or "[]"):
            if "lladdr" in entry and _ANSWERED & set(entry.get("state") or ()):
                address = str(entry["dst"])
                found[address] = found.get(address, frozenset()) | {str(entry["lladdr"]).lower()}
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"ip neigh is not the list of neighbours it should be: {error!r:.120}") from error
    return found


def printable_name(domain: Domain) -> str:
    """As somebody else may have named it."""
    return "".join(letter if letter.isprintable() else "?" for letter in domain.name[:_LONGEST_NAME])


def _by_domains(wanted: Domain, others: Collection[Domain]) -> Iterator[tuple[str, str]]:
    """(our MAC, what the other domain does)."""
    leased = leased_addresses(wanted)
    for other in others:
        name = printable_name(other)
        macs = {nic.mac for nic in other.nics}
        yield from ((nic.mac, f"the domain {name} has the MAC {nic.mac}") for nic in wanted.nics if nic.mac in macs)
        theirs = set(addresses_in(other.arguments))
        yield from ((mac, f"the domain {name} has the address {ip}") for mac, ip in leased.items() if ip in theirs)


def _by_neighbours(wanted: Domain, neighbours: Mapping[str, Collection[str]]) -> Iterator[tuple[str, str]]:
    for mac, address in leased_addresses(wanted).items():
        others = sorted(set(neighbours.get(address, ())) - {mac})
        if others:
            yield mac, f"the MAC {others[0][:17]} answers for {address}, as seen"


def _mac_of(address: str) -> str:
    return derive_mac(int(IPv4Address(address)))


def _is_ipv4(text: str) -> bool:
    try:
        IPv4Address(text)
    except AddressValueError:
        return False
    return True
