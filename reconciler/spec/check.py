"""Whether documents make sense together: every question is asked before anything is touched."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.model.diagnostic import Diagnostic
from reconciler.spec.catalogue import Catalogue
from reconciler.spec.check_addresses import check_addresses
from reconciler.spec.check_cabling import check_cabling
from reconciler.spec.check_drivers import SHIPPED, KnownDrivers, check_drivers
from reconciler.spec.check_environments import check_environments
from reconciler.spec.check_groups import check_groups
from reconciler.spec.check_hosting import check_hosting
from reconciler.spec.check_isolation import check_isolation
from reconciler.spec.check_names import check_names
from reconciler.spec.check_references import check_references
from reconciler.spec.check_spaces import check_spaces
from reconciler.spec.site import Interface, Site
from reconciler.spec.suspects import Suspects

Path = tuple[str | int, ...]


def _check_inventory(catalogue: Catalogue) -> Iterator[Diagnostic]:
    macs: dict[str, tuple[Site, Path]] = {}
    ips: dict[str, tuple[Site, Path]] = {}
    for site, path, interface in _interfaces(catalogue):
        if interface.mac is not None:
            mac, at = interface.mac.lower(), (*path, "mac")
            yield from _possible(catalogue, site, mac, at)
            yield from _unique(catalogue, macs, mac, site, at, "S601")
        if interface.ip is not None:
            yield from _unique(catalogue, ips, interface.ip, site, (*path, "ip"), "S602")


def _interfaces(catalogue: Catalogue) -> Iterator[tuple[Site, Path, Interface]]:
    for site in catalogue.sites.values():
        for at, node in enumerate(site.spec.nodes):
            for index, interface in enumerate(node.interfaces):
                yield site, ("spec", "nodes", at, "interfaces", index), interface


def _unique(
    catalogue: Catalogue, seen: dict[str, tuple[Site, Path]], value: str, site: Site, path: Path, code: str
) -> Iterator[Diagnostic]:
    if value not in seen:
        seen[value] = (site, path)
        return
    first, where = seen[value]
    node = first.spec.nodes[int(where[2])]
    hint = f"it is also at {catalogue.span(first, *where)}" if catalogue.span(first, *where) else ""
    summary = f"{value} already belongs to {node.name} of site {first.metadata.name}"
    yield catalogue.complain(code, summary, site, path, hint)


def _possible(catalogue: Catalogue, site: Site, mac: str, path: Path) -> Iterator[Diagnostic]:
    if int(mac[:2], 16) & 1:
        yield catalogue.complain("S606", f"{mac} is a multicast address; no interface has one", site, path)
    elif mac == "00:00:00:00:00:00":
        yield catalogue.complain("S606", f"{mac} is the null address", site, path, "leave it out when it is not known")


_CHECKS = (
    check_names,
    check_spaces,
    _check_inventory,
    check_cabling,
    check_environments,
    check_groups,
    check_hosting,
    check_addresses,
    check_isolation,
)


def check(
    catalogue: Catalogue, suspects: Suspects | None = None, drivers: KnownDrivers = SHIPPED
) -> Iterator[Diagnostic]:
    """Everything wrong with documents that are each well formed.

    ``drivers`` are those that are installed.  A check that needs a document which is not there says nothing: the
    missing reference is its own diagnostic.
    """
    yield from check_references(catalogue, suspects or Suspects())
    yield from check_drivers(catalogue, drivers)
    for part in _CHECKS:
        yield from part(catalogue)
