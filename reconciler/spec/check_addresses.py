"""The address ranges of networks: whose they are, whether they overlap, whether they suffice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address, IPv4Network

from reconciler.model.diagnostic import Diagnostic
from reconciler.spec.catalogue import Catalogue
from reconciler.spec.counts import vm_count
from reconciler.spec.experiment import Dhcp, Experiment, NetworkKind, NetworkSpec
from reconciler.spec.site import AddressSpace, Scheme, Site


def check_addresses(catalogue: Catalogue) -> Iterator[Diagnostic]:
    for experiment in catalogue.experiments.values():
        for index, network in enumerate(experiment.spec.networks):
            yield from _dhcp(catalogue, experiment, network, index)
            sites = [catalogue.sites[name] for name in network.sites if name in catalogue.sites]
            if len(sites) == len(network.sites):
                placed = list(_range(catalogue, experiment, network, index, sites))
                yield from placed
                if not placed:
                    yield from _supply(catalogue, experiment, network, index, sites)
    yield from _overlaps(catalogue)


def _dhcp(catalogue: Catalogue, experiment: Experiment, network: NetworkSpec, index: int) -> Iterator[Diagnostic]:
    path = ("spec", "networks", index, "dhcp")
    if network.dhcp is not Dhcp.MANAGED:
        return
    if network.kind is NetworkKind.SHARED:
        summary = f"network {network.name} is the site's own, which has its own DHCP server"
        yield catalogue.complain("S407", summary, experiment, path, "write dhcp: none, or use an isolated kind")
    else:
        summary = f"no site of network {network.name} offers a DHCP server that we can manage"
        hint = "write dhcp: none; guests get their address in their kernel arguments"
        yield catalogue.complain("S408", summary, experiment, path, hint)


def _range(
    catalogue: Catalogue, experiment: Experiment, network: NetworkSpec, index: int, sites: Sequence[Site]
) -> Iterator[Diagnostic]:
    wanted = network.addresses
    path = ("spec", "networks", index, "addresses")
    if wanted is None:
        return
    home = next((s.spec.addresses for s in sites if wanted.subnet_of(s.spec.addresses.space)), None)
    if home is None:
        spaces = " or ".join(f"{s.spec.addresses.space} ({s.metadata.name})" for s in sites)
        summary = f"{wanted} is not inside the space of the network's sites"
        yield catalogue.complain("S402", summary, experiment, path, f"choose inside {spaces}")
        return
    for part in home.ranges:
        if part.scheme is not Scheme.LEASE and part.range.overlaps(wanted):
            summary = f"{wanted} lies in the range {part.name}, {part.range}, which scheme {part.scheme} gives out"
            yield catalogue.complain("S403", summary, experiment, path, _lent(home))
            return
    if not any(wanted.subnet_of(lent) for lent in _leasable(home)):
        summary = f"{wanted} is in no range that the site gives this tool"
        yield catalogue.complain("S403", summary, experiment, path, _lent(home))


def _leasable(space: AddressSpace) -> list[IPv4Network]:
    """The ranges whose addresses we lease; without any range listed all of the space."""
    return [r.range for r in space.ranges if r.scheme is Scheme.LEASE] if space.ranges else [space.space]


def _lent(space: AddressSpace) -> str:
    ranges = _leasable(space)
    return f"choose inside {' or '.join(map(str, ranges))}" if ranges else "the site has no range with scheme: lease"


def _supply(
    catalogue: Catalogue, experiment: Experiment, network: NetworkSpec, index: int, sites: Sequence[Site]
) -> Iterator[Diagnostic]:
    groups = {group.name: group for group in experiment.spec.nodes}
    wanted = sum(
        vm_count(v, groups[v.on]) for v in experiment.spec.vms if network.name in v.networks and v.on in groups
    )
    ranges = [network.addresses] if network.addresses is not None else _leasable(sites[0].spec.addresses)
    reserved = {edge for r in ranges if network.addresses is not None and r.prefixlen < 31 for edge in (r[0], r[-1])}
    for site in sites:
        space = site.spec.addresses
        reserved |= {space.space[0], space.space[-1]}
        reserved |= {IPv4Address(space.gateway)} if space.gateway is not None else set()
    usable = sum(r.num_addresses - sum(address in r for address in reserved) for r in ranges)
    if wanted > usable:
        where = str(network.addresses) if network.addresses is not None else f"site {network.sites[0]}"
        summary = f"{wanted} VMs are on network {network.name}, {where} has {usable} addresses for them"
        path = ("spec", "networks", index, "name" if network.addresses is None else "addresses")
        yield catalogue.complain("S404", summary, experiment, path, "choose a larger range, or fewer VMs")


def _overlaps(catalogue: Catalogue) -> Iterator[Diagnostic]:
    """Ranges sorted by their first address: only neighbours need to be compared."""
    ranges = [
        (network.addresses, experiment, index, network.name)
        for experiment in catalogue.experiments.values()
        for index, network in enumerate(experiment.spec.networks)
        if network.addresses is not None
    ]
    ordered = sorted(ranges, key=lambda r: (int(r[0][0]), r[0].prefixlen))
    widest: tuple[IPv4Network, Experiment, int, str] | None = None
    for entry in ordered:
        if widest is not None and entry[0].overlaps(widest[0]):
            # The complaint stands at the one that comes later in the files.
            first, later = sorted((widest, entry), key=lambda r: (list(catalogue.experiments).index(_name(r)), r[2]))
            path = ("spec", "networks", later[2], "addresses")
            summary = f"{later[0]} overlaps {first[0]}, the range of network {first[3]} of experiment {_name(first)}"
            place = catalogue.span(first[1], "spec", "networks", first[2], "addresses")
            yield catalogue.complain("S401", summary, later[1], path, f"see {place}" if place else "")
        if widest is None or int(entry[0][-1]) > int(widest[0][-1]):
            widest = entry


def _name(entry: tuple[IPv4Network, Experiment, int, str]) -> str:
    return entry[1].metadata.name
