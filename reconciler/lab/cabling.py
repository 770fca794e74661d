"""Where the cables run, from Site documents.  Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from reconciler.lab.reachability import Cabling, Jack
from reconciler.spec.site import Site


def switch_name(site: Site, switch: str) -> str:
    return f"{switch}.{site.metadata.name}"


def node_name(site: Site, node: str) -> str:
    return f"{node}.{site.metadata.name}"


def nic_segment(node: str, interface: str) -> str:
    """The cable of a node's interface; ``node`` is the full name."""
    return f"{node}/{interface}"


def ports_of(site: Site) -> Mapping[str, tuple[str, ...]]:
    """The ports of every switch of the site: those that anything is cabled to, in a stable order."""
    spec = site.spec
    found: dict[str, set[str]] = {switch.name: set() for switch in spec.switches}
    for node in spec.nodes:
        for interface in node.interfaces:
            if interface.switch and interface.port:
                found.setdefault(interface.switch, set()).add(interface.port)
    for link in spec.links:
        for socket in link.between:
            found.setdefault(socket.switch, set()).add(socket.port)
    if spec.router:
        found.setdefault(spec.router.switch, set()).add(spec.router.port)
    if spec.wan:
        found.setdefault(spec.wan.switch, set()).update((spec.wan.port, spec.wan.customer_port))
    return {switch: tuple(sorted(ports)) for switch, ports in found.items()}


def cable(sites: Collection[Site]) -> Cabling:
    """All cables: node to switch, switch to switch, router to switch, and one segment for each backbone."""
    segments: dict[str, tuple[Jack, ...]] = {}
    backbones: dict[str, tuple[Jack, ...]] = {}
    for site in sites:
        segments |= _nics(site) | _links(site)
        if router := site.spec.router:
            segments[f"router of {site.metadata.name}"] = (Jack(switch_name(site, router.switch), router.port),)
        if wan := site.spec.wan:
            name = f"backbone {wan.backbone}"
            backbones[name] = (*backbones.get(name, ()), Jack(switch_name(site, wan.switch), wan.port))
    return Cabling(segments | backbones, frozenset(backbones))


def _nics(site: Site) -> dict[str, tuple[Jack, ...]]:
    found: dict[str, tuple[Jack, ...]] = {}
    for node in site.spec.nodes:
        for nic in node.interfaces:
            jacks = (Jack(switch_name(site, nic.switch), nic.port),) if nic.switch and nic.port else ()
            found[nic_segment(node_name(site, node.name), nic.name)] = jacks
    return found


def _links(site: Site) -> dict[str, tuple[Jack, ...]]:
    found: dict[str, tuple[Jack, ...]] = {}
    for link in site.spec.links:
        jacks = tuple(Jack(switch_name(site, end.switch), end.port) for end in link.between)
        found[" - ".join(f"{jack.switch}:{jack.port}" for jack in jacks)] = jacks
    return found
