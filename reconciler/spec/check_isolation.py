"""Isolated networks: VLAN ids, a backbone between the sites, cables between the switches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from reconciler.model.diagnostic import Diagnostic
from reconciler.spec.candidates import fit_nodes
from reconciler.spec.catalogue import Catalogue
from reconciler.spec.experiment import Experiment, NetworkKind, NetworkSpec
from reconciler.spec.site import Site
from reconciler.spec.topology import Topology


def check_isolation(catalogue: Catalogue) -> Iterator[Diagnostic]:
    used: Counter[tuple[str, NetworkKind]] = Counter()
    for experiment in catalogue.experiments.values():
        for index, network in enumerate(experiment.spec.networks):
            if network.kind is NetworkKind.SHARED:
                continue
            yield from _sites(catalogue, experiment, network, index)
            yield from _ids(catalogue, experiment, network, index, used)
            yield from _backbone(catalogue, experiment, network, index)
            yield from _joined(catalogue, experiment, network, index)


def _sites(catalogue: Catalogue, experiment: Experiment, network: NetworkSpec, index: int) -> Iterator[Diagnostic]:
    if len(network.sites) > 1 and network.kind is not NetworkKind.GLOBAL:
        summary = f"a {network.kind} network is at one site, this one names {len(network.sites)}"
        path = ("spec", "networks", index, "kind")
        yield catalogue.complain("S414", summary, experiment, path, "write kind: global, or one network for each site")


def _ids(
    catalogue: Catalogue,
    experiment: Experiment,
    network: NetworkSpec,
    index: int,
    used: Counter[tuple[str, NetworkKind]],
) -> Iterator[Diagnostic]:
    for name in dict.fromkeys(network.sites):
        site = catalogue.sites.get(name)
        if site is None:
            continue
        lent = _lent_ids(site)[network.kind]
        used[name, network.kind] += 1
        path = ("spec", "networks", index, "kind")
        if not lent:
            summary = f"site {name} lends no VLAN ids for {network.kind} networks"
            yield catalogue.complain("S410", summary, experiment, path, f"give the Site vlans.{network.kind}")
        elif used[name, network.kind] == len(lent) + 1:
            summary = f"site {name} lends {len(lent)} VLAN ids for {network.kind} networks, this is one more"
            yield catalogue.complain("S411", summary, experiment, path)


def _lent_ids(site: Site) -> Mapping[NetworkKind, tuple[int, ...]]:
    vlans = site.spec.vlans
    return {
        NetworkKind.LOCAL: vlans.local or (),
        NetworkKind.ROUTED: vlans.routed or (),
        NetworkKind.GLOBAL: vlans.global_ or (),
    }


def _backbone(catalogue: Catalogue, experiment: Experiment, network: NetworkSpec, index: int) -> Iterator[Diagnostic]:
    sites = [catalogue.sites[name] for name in dict.fromkeys(network.sites) if name in catalogue.sites]
    if network.kind is not NetworkKind.GLOBAL or len(sites) < 2:
        return
    path = ("spec", "networks", index, "sites")
    without = [site.metadata.name for site in sites if site.spec.wan is None]
    wans = [site.spec.wan for site in sites if site.spec.wan is not None]
    if without:
        summary = f"{', '.join(without)} joins no backbone, and a global network over several sites needs one"
        yield catalogue.complain("S412", summary, experiment, path, "give the Site a wan")
    elif len({wan.backbone for wan in wans}) > 1:
        joins = ", ".join(f"{s.metadata.name} joins {w.backbone}" for s, w in zip(sites, wans, strict=True))
        yield catalogue.complain("S412", f"the sites share no backbone: {joins}", experiment, path)
    elif not set(wans[0].s_vlans).intersection(*(wan.s_vlans for wan in wans[1:])):
        summary = f"no S-VLAN id of backbone {wans[0].backbone} is lent at all of {', '.join(network.sites)}"
        yield catalogue.complain("S413", summary, experiment, path, "make the Sites' wan.sVlans overlap")


def _joined(catalogue: Catalogue, experiment: Experiment, network: NetworkSpec, index: int) -> Iterator[Diagnostic]:
    """A network's members at one site may sit on several switches: cables must join them."""
    for name in dict.fromkeys(network.sites):
        site = catalogue.sites.get(name)
        if site is None:
            continue
        topology = Topology(site)
        switches = _member_switches(catalogue, experiment, network, topology)
        if switches and topology.paths(switches) is None:
            summary = f"network {network.name} has members on {', '.join(sorted(switches))} of site {name}"
            hint = "no cables join these switches; give the Site's links"
            yield catalogue.complain("S415", summary, experiment, ("spec", "networks", index, "name"), hint)


def _member_switches(
    catalogue: Catalogue, experiment: Experiment, network: NetworkSpec, topology: Topology
) -> set[str]:
    """Where the nodes are that must be members: for a group that may choose among nodes, none is sure."""
    hosts = {vms.on for vms in experiment.spec.vms if network.name in vms.networks}
    found: set[str] = set()
    for group in experiment.spec.nodes:
        if group.site == topology.name and (network.name in group.networks or group.name in hosts):
            nodes = fit_nodes(experiment, group, catalogue)
            if group.nodes is not None or len(nodes) == group.count:
                found |= {i.switch for n in nodes for i in topology.experiment_interfaces(n)[:1] if i.switch}
    return found
