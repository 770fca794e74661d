"""Names that a document uses and that nothing bears."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.spec.catalogue import Catalogue
from reconciler.spec.experiment import Experiment, NodeGroup, VmGroup
from reconciler.spec.suggest import suggest
from reconciler.spec.suspects import Suspects
from reconciler.spec.text import quote


def check_references(catalogue: Catalogue, suspects: Suspects) -> Iterator[Diagnostic]:
    for experiment in catalogue.experiments.values():
        yield from _References(catalogue, suspects, experiment).all()


@dataclass(frozen=True, slots=True)
class _References:
    catalogue: Catalogue
    suspects: Suspects
    experiment: Experiment

    def all(self) -> Iterator[Diagnostic]:
        spec = self.experiment.spec
        for index, group in enumerate(spec.nodes):
            yield from self._node_group(group, index)
        for index, network in enumerate(spec.networks):
            for at, site in enumerate(network.sites):
                yield from self._document("Site", site, ("spec", "networks", index, "sites", at))
        for index, vms in enumerate(spec.vms):
            yield from self._vm_group(vms, index)
        yield from self._unused_networks()

    def _node_group(self, group: NodeGroup, index: int) -> Iterator[Diagnostic]:
        path = ("spec", "nodes", index)
        yield from self._document("Site", group.site, (*path, "site"))
        if group.image is not None:
            yield from self._document("Environment", group.image, (*path, "image"))
        for at, name in enumerate(group.networks):
            yield from self._network(name, group.site, (*path, "networks", at))
        site = self.catalogue.sites.get(group.site)
        if site is None:
            return
        clusters = {node.cluster for node in site.spec.nodes}
        if group.cluster is not None and group.cluster not in clusters:
            yield self._unknown(
                "S302", f"site {group.site} has no cluster", group.cluster, (*path, "cluster"), clusters
            )
        names = {node.name for node in site.spec.nodes if group.cluster in (None, node.cluster)}
        where = f"cluster {group.cluster}" if group.cluster in clusters else f"site {group.site}"
        for at, node in enumerate(group.nodes or ()):
            if node not in names and (group.cluster is None or group.cluster in clusters):
                yield self._unknown("S303", f"{where} has no node", node, (*path, "nodes", at), names)

    def _vm_group(self, vms: VmGroup, index: int) -> Iterator[Diagnostic]:
        path = ("spec", "vms", index)
        yield from self._document("DiskImage", vms.image, (*path, "image"))
        groups = {group.name: group for group in self.experiment.spec.nodes}
        if vms.on not in groups:
            yield self._unknown("S307", "no node group is named", vms.on, (*path, "on"), groups)
        site = groups[vms.on].site if vms.on in groups else None
        for at, name in enumerate(vms.networks):
            yield from self._network(name, site, (*path, "networks", at))

    def _network(self, name: str, site: str | None, path: tuple[str | int, ...]) -> Iterator[Diagnostic]:
        networks = {network.name: network for network in self.experiment.spec.networks}
        if name not in networks:
            yield self._unknown("S306", "no network is named", name, path, networks)
        elif site is not None and site not in networks[name].sites:
            summary = f"network {name} is not at site {site}, where the nodes of this group are"
            yield self.catalogue.complain("S308", summary, self.experiment, path, f"add {site} to the network's sites")

    def _document(self, kind: str, name: str, path: tuple[str | int, ...]) -> Iterator[Diagnostic]:
        code, known = {
            "Site": ("S301", self.catalogue.sites.keys()),
            "Environment": ("S304", self.catalogue.environments.keys()),
            "DiskImage": ("S305", self.catalogue.disk_images.keys()),
        }[kind]
        if name not in known and not self.suspects.cover(kind, name):
            hint = "" if known else f"no {kind} document was given; add its file with -f"
            yield self._unknown(code, f"no {kind} is named", name, path, known, hint)

    def _unknown(
        self, code: str, text: str, name: str, path: tuple[str | int, ...], known: Collection[str], hint: str = ""
    ) -> Diagnostic:
        summary = f"{text} {quote(name)}"
        return self.catalogue.complain(code, summary, self.experiment, path, hint or suggest(name, known))

    def _unused_networks(self) -> Iterator[Diagnostic]:
        spec = self.experiment.spec
        lists = [group.networks for group in spec.nodes] + [vms.networks for vms in spec.vms]
        used = {name for names in lists for name in names}
        for index, network in enumerate(spec.networks):
            if network.name not in used:
                yield self.catalogue.complain(
                    "S309",
                    f"nothing uses network {network.name}",
                    self.experiment,
                    ("spec", "networks", index, "name"),
                    "name it in a group's networks, or delete it",
                    Severity.WARNING,
                )
