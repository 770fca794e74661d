"""Names within a document, and the names that we derive from them for devices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reconciler.model.diagnostic import Diagnostic
from reconciler.spec.catalogue import AnyDocument, Catalogue
from reconciler.spec.counts import vm_count
from reconciler.spec.experiment import Experiment
from reconciler.spec.site import Site
from reconciler.spec.text import quote

Path = tuple[str | int, ...]
_MAX_NAME = 63  # a host name's label, and what Xen's tools take


def check_names(catalogue: Catalogue) -> Iterator[Diagnostic]:
    for experiment in catalogue.experiments.values():
        for field, names in _experiment_lists(experiment):
            yield from _twice(catalogue, experiment, ("spec", field), names)
        yield from _networks_twice(catalogue, experiment)
        yield from _long(catalogue, experiment)
        yield from _group_like_vm(catalogue, experiment)
    yield from _same_domain_name(catalogue)
    for site in catalogue.sites.values():
        for path, names in _site_lists(site):
            yield from _twice(catalogue, site, path, names)


def _experiment_lists(experiment: Experiment) -> Iterator[tuple[str, list[str]]]:
    yield "nodes", [group.name for group in experiment.spec.nodes]
    yield "networks", [network.name for network in experiment.spec.networks]
    yield "vms", [vms.name for vms in experiment.spec.vms]


def _site_lists(site: Site) -> Iterator[tuple[Path, list[str]]]:
    spec = site.spec
    yield ("spec", "nodes"), [node.name for node in spec.nodes]
    yield ("spec", "switches"), [switch.name for switch in spec.switches]
    yield ("spec", "addresses", "ranges"), [part.name for part in spec.addresses.ranges]
    for index, node in enumerate(spec.nodes):
        yield ("spec", "nodes", index, "interfaces"), [interface.name for interface in node.interfaces]


def _twice(catalogue: Catalogue, document: AnyDocument, path: Path, names: Iterable[str]) -> Iterator[Diagnostic]:
    first: dict[str, int] = {}
    for index, name in enumerate(names):
        if name in first:
            place = catalogue.span(document, *path, first[name], "name")
            summary = f"{path[-1]}: {quote(name)} is listed twice"
            hint = f"the first is on line {place.line}" if place else ""
            yield catalogue.complain("S213", summary, document, (*path, index, "name"), hint)
        first.setdefault(name, index)


def _networks_twice(catalogue: Catalogue, experiment: Experiment) -> Iterator[Diagnostic]:
    """A group is on a network once, a network at a site once."""
    spec = experiment.spec
    lists: list[tuple[Path, tuple[str, ...]]] = []
    lists += [(("spec", "nodes", i, "networks"), group.networks) for i, group in enumerate(spec.nodes)]
    lists += [(("spec", "vms", i, "networks"), vms.networks) for i, vms in enumerate(spec.vms)]
    lists += [(("spec", "networks", i, "sites"), network.sites) for i, network in enumerate(spec.networks)]
    for path, names in lists:
        for index, name in enumerate(names):
            if name in names[:index]:
                summary = f"{path[-1]}: {quote(name)} is listed twice"
                yield catalogue.complain("S213", summary, experiment, (*path, index), "name it once")


def _long(catalogue: Catalogue, experiment: Experiment) -> Iterator[Diagnostic]:
    groups = {group.name: group for group in experiment.spec.nodes}
    for index, vms in enumerate(experiment.spec.vms):
        count = vm_count(vms, groups[vms.on]) if vms.on in groups else vms.count or 0
        longest = f"{experiment.metadata.name}-{vms.name}-{max(count - 1, 0)}"
        if len(longest) > _MAX_NAME:
            summary = f"the VM name {quote(longest, 80)} has {len(longest)} characters, {_MAX_NAME} are allowed"
            path = ("spec", "vms", index, "name")
            yield catalogue.complain("S701", summary, experiment, path, "shorten the group's or the experiment's name")


def _group_like_vm(catalogue: Catalogue, experiment: Experiment) -> Iterator[Diagnostic]:
    """Group `a` with 12 VMs has a VM `a-1`; a group `a-1` beside it could not be told from it."""
    groups = {group.name: group for group in experiment.spec.nodes}
    counts = {v.name: vm_count(v, groups[v.on]) if v.on in groups else v.count or 0 for v in experiment.spec.vms}
    for index, vms in enumerate(experiment.spec.vms):
        stem, _, number = vms.name.rpartition("-")
        if stem in counts and number.isdigit() and str(int(number)) == number and int(number) < counts[stem]:
            summary = f"group {vms.name} has the name of a VM of group {stem}"
            yield catalogue.complain("S702", summary, experiment, ("spec", "vms", index, "name"), "choose another name")


def _same_domain_name(catalogue: Catalogue) -> Iterator[Diagnostic]:
    """`x` with group `a-b` and `x-a` with group `b` both make `x-a-b-0`."""
    first: dict[str, tuple[Experiment, int]] = {}
    for experiment in catalogue.experiments.values():
        for index, vms in enumerate(experiment.spec.vms):
            stem = f"{experiment.metadata.name}-{vms.name}"
            path = ("spec", "vms", index, "name")
            if stem in first and first[stem][0] is not experiment:
                other = catalogue.span(first[stem][0], "spec", "vms", first[stem][1], "name")
                summary = f"VMs named {stem}-0 and so on are also made by {first[stem][0].metadata.name}"
                yield catalogue.complain("S702", summary, experiment, path, f"see {other}" if other else "")
            first.setdefault(stem, (experiment, index))
