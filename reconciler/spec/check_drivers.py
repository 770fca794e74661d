"""Drivers that documents name: whether each is one of those that are installed."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from reconciler.model.diagnostic import Diagnostic
from reconciler.spec.catalogue import AnyDocument, Catalogue
from reconciler.spec.suggest import name_some
from reconciler.spec.text import quote
from reconciler.spec.tree import Path

NO_DEPLOYER = "none"
"""In place of a driver's name: nodes are taken as they are."""


@dataclass(frozen=True, slots=True)
class KnownDrivers:
    """The names that documents may use, by family."""

    hypervisors: Collection[str]
    dialects: Collection[str]
    deployers: Collection[str]
    services: Collection[str]


SHIPPED = KnownDrivers(frozenset({"xen"}), frozenset({"openconfig"}), frozenset({"kadeploy"}), frozenset())
"""For whoever reads documents without asking what is installed: what every installation has, and nothing else."""


def check_drivers(catalogue: Catalogue, known: KnownDrivers) -> Iterator[Diagnostic]:
    """A driver that is not there is complained of where it is named; nothing else would notice before a run."""
    for environment in catalogue.environments.values():
        if environment.spec.hosting is not None:
            field = "hypervisor" if environment.spec.hypervisor is not None else "os"
            path = ("spec", field)
            yield from _check(catalogue, environment, path, "hypervisor", environment.spec.hosting, known.hypervisors)
    for site in catalogue.sites.values():
        spec = site.spec
        at: Path = ("spec", "hosts", "hypervisor")
        yield from _check(catalogue, site, at, "hypervisor", spec.hosts.hypervisor, known.hypervisors)
        if spec.deployer.driver != NO_DEPLOYER:
            at = ("spec", "deployer", "driver")
            yield from _check(catalogue, site, at, "deployer", spec.deployer.driver, known.deployers)
        for index, service in enumerate(spec.services):
            at = ("spec", "services", index, "driver")
            yield from _check(catalogue, site, at, "service", service.driver, known.services)
            if service.driver in (each.driver for each in spec.services[:index]):
                summary = f"a second service with the driver {quote(service.driver)}"
                yield catalogue.complain("S314", summary, site, at, "a site has one service of a driver")
        for index, switch in enumerate(spec.switches):
            at = ("spec", "switches", index, "dialect")
            yield from _check(catalogue, site, at, "switch dialect", switch.dialect, known.dialects)


def _check(
    catalogue: Catalogue, document: AnyDocument, path: Path, family: str, name: str, known: Collection[str]
) -> Iterator[Diagnostic]:
    if name not in known:
        summary = f"no driver {quote(name)} for a {family} is installed"
        yield catalogue.complain("S314", summary, document, path, f"installed: {name_some(sorted(known)) or 'none'}")
