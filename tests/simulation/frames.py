"""Who hears whose frames: VLANs over access ports, trunks, cables and 802.1ad tunnels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from reconciler.drivers.switch.device import Port
from reconciler.drivers.switch.vlans import expand
from reconciler.spec.catalogue import Catalogue
from tests.simulation.documents import PRODUCTION

Ports = Mapping[str, Port]
Segment = tuple[str, int, int]
"""Where frames of one VLAN are: a switch and a VLAN, or the backbone with an S-tag and a C-tag."""

COMMON = frozenset({1, PRODUCTION})
"""VLANs that are nobody's: what is in them is not isolated, and nothing of an experiment may be in them."""


@dataclass(frozen=True, slots=True)
class Cables:
    """``edges``: which node is behind a port, by (switch, port); ``links`` between switches; all by endpoint name."""

    edges: Mapping[tuple[str, str], str]
    links: tuple[tuple[tuple[str, str], tuple[str, str]], ...]
    customer: Mapping[tuple[str, str], str] = field(default_factory=dict)
    backbone: Mapping[str, str] = field(default_factory=dict)
    shared: frozenset[tuple[str, str]] = frozenset()


def lay(catalogue: Catalogue) -> Cables:
    edges: dict[tuple[str, str], str] = {}
    links: list[tuple[tuple[str, str], tuple[str, str]]] = []
    customer: dict[tuple[str, str], str] = {}
    backbone: dict[str, str] = {}
    for name, site in sorted(catalogue.sites.items()):
        for node in site.spec.nodes:
            for interface in node.interfaces:
                if interface.switch is not None and not interface.management:
                    edges[f"{interface.switch}.{name}", str(interface.port)] = f"{node.name}.{name}"
        for link in site.spec.links:
            near, far = ((f"{end.switch}.{name}", end.port) for end in link.between)
            links.append((near, far))
        if site.spec.wan is not None:
            wan = f"{site.spec.wan.switch}.{name}"
            customer[wan, site.spec.wan.customer_port] = site.spec.wan.backbone
            backbone[wan] = site.spec.wan.port
    ends = frozenset(end for link in links for end in link) | set(backbone.items())
    return Cables(edges, tuple(links), customer, backbone, ends)


def carried(port: Port) -> frozenset[int]:
    """The VLANs of a port that is up; a trunk without a list carries all of them."""
    if not port.enabled:
        return frozenset()
    if not port.is_trunk:
        return frozenset((port.access,))
    return expand(port.entries)


def segments(cables: Cables, running: Mapping[str, Ports]) -> dict[Segment, Segment]:
    """For each segment that has a cable, the one that stands for all it is joined to."""
    leader: dict[Segment, Segment] = {}

    def find(one: Segment) -> Segment:
        while leader.get(one, one) != one:
            one = leader[one]
        return one

    for near, far in _joints(cables, running):
        leader[find(near)] = find(far)
    return {one: find(one) for one in leader}


def _joints(cables: Cables, running: Mapping[str, Ports]) -> Iterator[tuple[Segment, Segment]]:
    for near, far in cables.links:
        if near in cables.customer or far in cables.customer:
            outer, inner = (near, far) if near in cables.customer else (far, near)
            yield from _tunnelled(cables, running, outer, inner)
            continue
        one, other = (running[switch].get(port) or Port(port) for switch, port in (near, far))
        for vlan in sorted(carried(one) & carried(other) - COMMON):
            yield (near[0], 0, vlan), (far[0], 0, vlan)


def _tunnelled(
    cables: Cables, running: Mapping[str, Ports], outer: tuple[str, str], inner: tuple[str, str]
) -> Iterator[tuple[Segment, Segment]]:
    ports = running[outer[0]]
    port = ports.get(outer[1]) or Port(outer[1])
    uplink = ports.get(cables.backbone[outer[0]]) or Port("")
    site_side = carried(running[inner[0]].get(inner[1]) or Port(inner[1]))
    for tunnel in port.tunnels if port.enabled else ():
        if tunnel.s_vlan in carried(uplink):
            for c_vlan in tunnel.c_vlans:
                if c_vlan in site_side:
                    yield (inner[0], 0, c_vlan), (cables.customer[outer], tunnel.s_vlan, c_vlan)


def hearing(cables: Cables, running: Mapping[str, Ports]) -> dict[Segment, set[tuple[str, str]]]:
    """The edge ports (switch, port) on each segment that is not common to all."""
    joined = segments(cables, running)
    heard: dict[Segment, set[tuple[str, str]]] = {}
    for switch, name in cables.edges:
        port = running[switch].get(name)
        if port is not None:
            for vlan in carried(port) - COMMON:
                segment = (switch, 0, vlan)
                heard.setdefault(joined.get(segment, segment), set()).add((switch, name))
    return heard
