"""VM groups: whether their hosts run Xen, have room, and are as many as the placement needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.spec.candidates import fit_nodes
from reconciler.spec.catalogue import Catalogue
from reconciler.spec.counts import dom0_memory_mib, vm_count, wanted_count
from reconciler.spec.experiment import Experiment, NodeGroup, Placement, VmGroup


def check_hosting(catalogue: Catalogue) -> Iterator[Diagnostic]:
    for experiment in catalogue.experiments.values():
        groups = {group.name: group for group in experiment.spec.nodes}
        for index, vms in enumerate(experiment.spec.vms):
            yield from _placement(catalogue, experiment, vms, index, groups.get(vms.on))
            yield from _image(catalogue, experiment, vms, index)
            if vms.on in groups:
                yield from _hypervisor(catalogue, experiment, vms, index, groups[vms.on])
        for group in experiment.spec.nodes:
            if group.site in catalogue.sites:
                yield from _Room(catalogue, experiment, group).problems()


def _placement(
    catalogue: Catalogue, experiment: Experiment, vms: VmGroup, index: int, group: NodeGroup | None
) -> Iterator[Diagnostic]:
    path = ("spec", "vms", index)
    per_host = vms.placement is Placement.PER_HOST
    if per_host and vms.per_host is None:
        hint = "say how many, as perHost: 4"
        yield catalogue.complain("S504", "placement perHost needs perHost", experiment, (*path, "placement"), hint)
    elif not per_host and vms.per_host is not None:
        summary = f"perHost has no meaning with placement {vms.placement}"
        yield catalogue.complain("S504", summary, experiment, (*path, "perHost"), "write placement: perHost")
    if not per_host and vms.count is None:
        summary = f"VM group {vms.name} has no size"
        yield catalogue.complain("S505", summary, experiment, (*path, "name"), "give it a count")
    if per_host and vms.per_host and vms.count is not None and group is not None:
        exactly = vms.per_host * wanted_count(group)
        if vms.count != exactly:
            summary = f"{vms.per_host} on each of {wanted_count(group)} hosts are {exactly}, count is {vms.count}"
            yield catalogue.complain("S504", summary, experiment, (*path, "count"), "leave count out")


def _image(catalogue: Catalogue, experiment: Experiment, vms: VmGroup, index: int) -> Iterator[Diagnostic]:
    image = catalogue.disk_images.get(vms.image)
    if image is not None and vms.memory < image.spec.min_memory:
        summary = f"{vms.memory}MiB of memory, image {vms.image} needs {image.spec.min_memory}MiB"
        path = ("spec", "vms", index, "memory")
        yield catalogue.complain("S508", summary, experiment, path, f"at least {image.spec.min_memory}MiB")


def _hypervisor(
    catalogue: Catalogue, experiment: Experiment, vms: VmGroup, index: int, group: NodeGroup
) -> Iterator[Diagnostic]:
    path = ("spec", "vms", index, "on")
    site = catalogue.sites.get(group.site)
    environment = catalogue.environments.get(group.image or "")
    if environment is not None and environment.spec.hosting is None:
        summary = f"node group {group.name} gets the image {group.image}, which has no hypervisor"
        hint = "give the node group an Environment with os: xen, or with a hypervisor"
        yield catalogue.complain("S310", summary, experiment, path, hint)
    elif group.image is None and site is not None and site.spec.deployer.driver != "none":
        summary = f"node group {group.name} has no image: its nodes must run {site.spec.hosts.hypervisor} already"
        hint = "give the node group an Environment with os: xen, or with a hypervisor"
        yield catalogue.complain("S311", summary, experiment, path, hint, Severity.WARNING)


@dataclass(frozen=True, slots=True)
class _Room:
    """The memory of one node group, at best: with the largest of the nodes that may serve it."""

    catalogue: Catalogue
    experiment: Experiment
    group: NodeGroup

    def problems(self) -> Iterator[Diagnostic]:
        hosts = self._host_memory_mib()
        hosted = [(i, v) for i, v in enumerate(self.experiment.spec.vms) if v.on == self.group.name]
        if not hosts:
            return
        fits = True
        for index, vms in hosted:
            each = vms.memory * (vms.per_host or 1 if vms.placement is Placement.PER_HOST else 1)
            biggest = hosts[-1] if vms.placement is Placement.PER_HOST else hosts[0]
            if each > biggest:
                fits = False
                summary = f"{each}MiB are more than the {biggest}MiB a host of group {self.group.name} has for VMs"
                yield self._complain("S506", index, summary)
        total = sum(vms.memory * vm_count(vms, self.group) for _, vms in hosted)
        if fits and (total > sum(hosts) or not self._fits_apart(hosts, [v for _, v in hosted])):
            summary = (
                f"the VMs on group {self.group.name} need {total}MiB, "
                f"its {len(hosts)} hosts have {sum(hosts)}MiB for them"
            )
            yield self._complain("S507", hosted[-1][0], summary)

    def _fits_apart(self, hosts: list[int], hosted: list[VmGroup]) -> bool:
        """Whether each group alone fits: a host's last megabytes may be too few for one more VM."""
        return all(sum(host // vms.memory for host in hosts) >= vm_count(vms, self.group) for vms in hosted)

    def _host_memory_mib(self) -> list[int]:
        """Of as many hosts as are wanted, the largest first."""
        dom0 = dom0_memory_mib(self.catalogue.environments.get(self.group.image or ""))
        nodes = fit_nodes(self.experiment, self.group, self.catalogue)
        return sorted((max(node.memory - dom0, 0) for node in nodes), reverse=True)[: wanted_count(self.group)]

    def _complain(self, code: str, index: int, summary: str) -> Diagnostic:
        dom0 = dom0_memory_mib(self.catalogue.environments.get(self.group.image or ""))
        hint = f"dom0 keeps {dom0}MiB of each host; ask for fewer or smaller VMs, or more hosts"
        return self.catalogue.complain(code, summary, self.experiment, ("spec", "vms", index, "memory"), hint)
