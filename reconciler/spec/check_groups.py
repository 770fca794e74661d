"""Node groups: their sizes, and whether the site has such nodes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from reconciler.model.diagnostic import Diagnostic
from reconciler.spec.candidates import Unfit, candidates, needs_of, unfitness
from reconciler.spec.catalogue import Catalogue
from reconciler.spec.counts import wanted_count
from reconciler.spec.experiment import Experiment, NodeGroup
from reconciler.spec.site import Access, Site
from reconciler.spec.suggest import name_some
from reconciler.spec.topology import Topology

_UNFIT_CODES: Mapping[Unfit, str] = {Unfit.NOT_DEPLOYABLE: "S510", Unfit.NO_HVM: "S509", Unfit.NO_PORT: "S416"}
_UNFIT_HINTS: Mapping[Unfit, str] = {
    Unfit.NOT_DEPLOYABLE: "leave them out, or take them as they are (no image)",
    Unfit.NO_HVM: "choose another cluster, or a disk image with mode: pv",
    Unfit.NO_PORT: "write their interfaces' switch and port into the Site, choose other nodes, or use kind: shared",
}


def check_groups(catalogue: Catalogue) -> Iterator[Diagnostic]:
    for experiment in catalogue.experiments.values():
        lifetime = experiment.spec.lifetime
        if lifetime is not None and lifetime.walltime == timedelta(0):
            path = ("spec", "lifetime", "walltime")
            yield catalogue.complain("S512", "the walltime must be more than zero", experiment, path, "as in 4h")
        for index, group in enumerate(experiment.spec.nodes):
            yield from _size(catalogue, experiment, group, index)
            yield from _supply(catalogue, experiment, group, index)
            yield from _deployer(catalogue, experiment, group, index)
        yield from _together(catalogue, experiment)
        yield from _named_twice(catalogue, experiment)


def _size(catalogue: Catalogue, experiment: Experiment, group: NodeGroup, index: int) -> Iterator[Diagnostic]:
    path = ("spec", "nodes", index)
    if group.count is None and group.nodes is None:
        summary = f"node group {group.name} has no size"
        yield catalogue.complain("S505", summary, experiment, (*path, "name"), "give it a count, or a list of nodes")
    elif group.count is not None and group.nodes is not None and group.count != len(group.nodes):
        summary = f"count is {group.count} and nodes lists {len(group.nodes)}"
        yield catalogue.complain("S502", summary, experiment, (*path, "count"), "leave count out")
    if group.min_ready is not None and group.min_ready > wanted_count(group):
        summary = f"minReady is {group.min_ready}, of {wanted_count(group)} nodes"
        yield catalogue.complain("S503", summary, experiment, (*path, "minReady"), f"at most {wanted_count(group)}")


def _supply(catalogue: Catalogue, experiment: Experiment, group: NodeGroup, index: int) -> Iterator[Diagnostic]:
    site = catalogue.sites.get(group.site)
    clusters = {node.cluster for node in site.spec.nodes} if site else set()
    if site is None or (group.cluster is not None and group.cluster not in clusters):
        return
    known = candidates(group, site)
    needs, topology = needs_of(experiment, group, catalogue), Topology(site)
    unfit = {node.name: reason for node in known if (reason := unfitness(node, group, needs, topology))}
    path = ("spec", "nodes", index, "count" if group.nodes is None else "nodes")
    wanted = wanted_count(group) + group.spares
    if group.nodes is None and wanted > len(known):
        where, spares = _where(group), f" with {group.spares} spares" if group.spares else ""
        summary = f"{wanted} nodes wanted{spares}, {where} has {len(known)}"
        yield catalogue.complain("S501", summary, experiment, path, "ask for fewer")
    elif (group.nodes is not None and unfit) or wanted > len(known) - len(unfit):
        yield from _unfit(catalogue, experiment, group, unfit, path)


def _unfit(
    catalogue: Catalogue,
    experiment: Experiment,
    group: NodeGroup,
    unfit: Mapping[str, Unfit],
    path: tuple[str | int, ...],
) -> Iterator[Diagnostic]:
    for reason in Unfit:
        names = [name for name, why in unfit.items() if why is reason]
        if names:
            short = "" if group.nodes is not None else f"too few suitable nodes of {_where(group)}: "
            summary = f"{short}{name_some(names)} {reason}"
            yield catalogue.complain(_UNFIT_CODES[reason], summary, experiment, path, _UNFIT_HINTS[reason])


def _where(group: NodeGroup) -> str:
    return f"cluster {group.cluster} of site {group.site}" if group.cluster else f"site {group.site}"


def _deployer(catalogue: Catalogue, experiment: Experiment, group: NodeGroup, index: int) -> Iterator[Diagnostic]:
    site = catalogue.sites.get(group.site)
    if site is None or group.image is None:
        return
    access = site.spec.deployer
    path = ("spec", "nodes", index, "image")
    if access.driver == "none":
        hint = "leave the image out: the nodes are taken as they are"
        yield catalogue.complain("S313", f"site {group.site} images no nodes", experiment, path, hint)
    elif access.url is None and site.spec.access is not Access.LAB:
        summary = f"site {group.site} has no deployer URL"
        yield catalogue.complain("S313", summary, experiment, path, "give the Site a deployer.url")


def _together(catalogue: Catalogue, experiment: Experiment) -> Iterator[Diagnostic]:
    """Groups that each fit and together ask for more than there is."""
    asked: dict[tuple[str, str | None], int] = {}
    for index, group in enumerate(experiment.spec.nodes):
        site = catalogue.sites.get(group.site)
        if site is None:
            continue
        # Nodes of a cluster count against the whole site, too.
        for cluster in {group.cluster, None}:
            had = asked.get((group.site, cluster), 0)
            total = asked[group.site, cluster] = had + wanted_count(group) + group.spares
            stock = _stock(site, cluster)
            if had and total > stock >= total - had:
                of = f"cluster {cluster} of site {group.site}" if cluster else f"site {group.site}"
                summary = f"with the groups before it {total} nodes are wanted, {of} has {stock}"
                yield catalogue.complain(
                    "S501", summary, experiment, ("spec", "nodes", index, "count"), "ask for fewer"
                )
                break


def _stock(site: Site, cluster: str | None) -> int:
    return sum(node.deployable and cluster in (None, node.cluster) for node in site.spec.nodes)


def _named_twice(catalogue: Catalogue, experiment: Experiment) -> Iterator[Diagnostic]:
    first: dict[tuple[str, str], str] = {}
    for index, group in enumerate(experiment.spec.nodes):
        for at, node in enumerate(group.nodes or ()):
            if (group.site, node) in first:
                summary = f"node {node} is already in group {first[group.site, node]}"
                path = ("spec", "nodes", index, "nodes", at)
                yield catalogue.complain("S511", summary, experiment, path, "a node serves one group, once")
            first.setdefault((group.site, node), group.name)
