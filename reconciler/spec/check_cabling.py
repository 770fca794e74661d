"""Which cable goes where: every port has one end of one cable in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from reconciler.model.diagnostic import Diagnostic
from reconciler.spec.catalogue import Catalogue
from reconciler.spec.site import Site
from reconciler.spec.suggest import suggest
from reconciler.spec.text import quote

Path = tuple[str | int, ...]


def check_cabling(catalogue: Catalogue) -> Iterator[Diagnostic]:
    for site in catalogue.sites.values():
        yield from _Cabling(catalogue, site, frozenset(switch.name for switch in site.spec.switches)).problems()


@dataclass(frozen=True, slots=True)
class _Cabling:
    catalogue: Catalogue
    site: Site
    switches: frozenset[str]
    plugged: dict[tuple[str, str], tuple[str, Path]] = field(default_factory=dict)

    def problems(self) -> Iterator[Diagnostic]:
        yield from self._nodes()
        yield from self._links()
        yield from self._router()
        yield from self._wan()

    def _nodes(self) -> Iterator[Diagnostic]:
        for at, node in enumerate(self.site.spec.nodes):
            for index, interface in enumerate(node.interfaces):
                path: Path = ("spec", "nodes", at, "interfaces", index)
                if interface.switch is None and interface.port is None:
                    continue
                if interface.switch is None or interface.port is None:
                    there, missing = ("port", "switch") if interface.switch is None else ("switch", "port")
                    summary = f"{node.name} {interface.name} has a {there} and no {missing}"
                    yield self._complain("S604", summary, (*path, there), f"give its {missing}, or neither")
                    continue
                yield from self._known(interface.switch, (*path, "switch"))
                use = f"{node.name} {interface.name}"
                yield from self._plug(interface.switch, interface.port, use, (*path, "port"))

    def _links(self) -> Iterator[Diagnostic]:
        wan = self.site.spec.wan
        for index, link in enumerate(self.site.spec.links):
            path: Path = ("spec", "links", index, "between")
            one, other = link.between
            # A backbone's customer port may be a port of the very switch whose other port it is cabled to.
            customer = wan is not None and (wan.switch, wan.customer_port) in [(e.switch, e.port) for e in link.between]
            if one.switch == other.switch and not customer:
                yield self._complain("S605", f"this link joins {one.switch} to itself", (*path, 1, "switch"))
            for end, socket in enumerate(link.between):
                yield from self._known(socket.switch, (*path, end, "switch"))
                yield from self._plug(socket.switch, socket.port, "another link", (*path, end, "port"))

    def _router(self) -> Iterator[Diagnostic]:
        router = self.site.spec.router
        if router is not None:
            yield from self._known(router.switch, ("spec", "router", "switch"))
            yield from self._plug(router.switch, router.port, "the router", ("spec", "router", "port"))

    def _wan(self) -> Iterator[Diagnostic]:
        wan = self.site.spec.wan
        if wan is None:
            return
        yield from self._known(wan.switch, ("spec", "wan", "switch"))
        yield from self._plug(wan.switch, wan.port, "the backbone", ("spec", "wan", "port"))
        ends = [(e.switch, e.port) for link in self.site.spec.links for e in link.between]
        if (wan.switch, wan.customer_port) not in ends:
            summary = f"customerPort {wan.customer_port} of {wan.switch} is not cabled"
            hint = "give the link from it to a port of a site switch"
            yield self._complain("S607", summary, ("spec", "wan", "customerPort"), hint)

    def _known(self, switch: str, path: Path) -> Iterator[Diagnostic]:
        known = self.switches
        if switch not in known:
            summary = f"site {self.site.metadata.name} has no switch {quote(switch)}"
            hint = suggest(switch, known) or "list it under switches (with managed: false if it is not ours)"
            yield self._complain("S312", summary, path, hint)

    def _plug(self, switch: str, port: str, use: str, path: Path) -> Iterator[Diagnostic]:
        if (switch, port) in self.plugged:
            other, where = self.plugged[switch, port]
            place = self.catalogue.span(self.site, *where)
            summary = f"port {port} of {switch} is already taken by {other}"
            yield self._complain("S603", summary, path, f"see {place}" if place else "")
        self.plugged.setdefault((switch, port), (use, path))

    def _complain(self, code: str, summary: str, path: Path, hint: str = "") -> Diagnostic:
        return self.catalogue.complain(code, summary, self.site, path, hint)
