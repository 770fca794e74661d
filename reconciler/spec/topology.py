"""How the nodes of a site are cabled: interfaces to switch ports, switches to each other and to the backbone.  Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from reconciler.spec.catalogue import Catalogue
from reconciler.spec.site import Interface, Node, Site, Switch


@dataclass(frozen=True, slots=True)
class Hop:
    """One end of a cable between switches, on the way a VLAN takes."""

    switch: str
    port: str


class Topology:
    """A site, indexed.  Node and switch names are the site's own, without the site."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.name = site.metadata.name

    @cached_property
    def nodes(self) -> dict[str, Node]:
        return {node.name: node for node in self.site.spec.nodes}

    @cached_property
    def switches(self) -> dict[str, Switch]:
        return {switch.name: switch for switch in self.site.spec.switches}

    @cached_property
    def _neighbours(self) -> dict[str, list[tuple[Hop, Hop]]]:
        """For each switch its cables as (near end, far end), sorted; the customer port of the wan is no way through."""
        wan = self.site.spec.wan
        found: dict[str, list[tuple[Hop, Hop]]] = {name: [] for name in self.switches}
        for link in self.site.spec.links:
            ends = [Hop(socket.switch, socket.port) for socket in link.between]
            if wan is not None and Hop(wan.switch, wan.customer_port) in ends:
                continue
            for near, far in (ends, ends[::-1]):
                found.setdefault(near.switch, []).append((near, far))
        for cables in found.values():
            cables.sort(key=lambda cable: (cable[0].port, cable[1].switch, cable[1].port))
        return found

    @cached_property
    def wan_side(self) -> Hop | None:
        """The site switch port that the backbone's customer port is cabled to."""
        wan = self.site.spec.wan
        if wan is None:
            return None
        for link in self.site.spec.links:
            ends = [Hop(socket.switch, socket.port) for socket in link.between]
            for near, far in (ends, ends[::-1]):
                if near == Hop(wan.switch, wan.customer_port):
                    return far
        return None

    def experiment_interfaces(self, node: Node, *, beside_bridge: bool = False) -> list[Interface]:
        """The interfaces an experiment may use: cabled to a known port, and not how we reach the node.

        ``beside_bridge``: nor how its VMs reach the site's own network.
        """
        known = [i for i in node.interfaces if not i.management and i.switch is not None and i.port is not None]
        return [i for i in known if i is not self.bridged_interface(node)] if beside_bridge else known

    def bridged_interface(self, node: Node) -> Interface | None:
        """The one through which VMs reach the site's own network."""
        return next((i for i in node.interfaces if i.bridge is not None), None)

    def paths(self, members: Iterable[str]) -> set[Hop] | None:
        """The ports that a VLAN must be carried on so that the switches ``members`` share it.

        None when no cables join them.  Shortest ways from the first member, so the same members take the same ways.
        """
        wanted = sorted(set(members))
        if len(wanted) < 2:
            return set()
        came: dict[str, tuple[Hop, Hop]] = {}
        queue, seen = deque([wanted[0]]), {wanted[0]}
        while queue:
            for near, far in self._neighbours.get(queue.popleft(), ()):
                if far.switch not in seen:
                    seen.add(far.switch)
                    came[far.switch] = (near, far)
                    queue.append(far.switch)
        hops: set[Hop] = set()
        for member in wanted[1:]:
            if member not in seen:
                return None
            while member in came:
                near, far = came[member]
                if far in hops:
                    break
                hops |= {near, far}
                member = near.switch
        return hops


def node_ports(catalogue: Catalogue) -> dict[tuple[str, str], str]:
    """The node behind each switch port, all by endpoint name."""
    return {
        (f"{interface.switch}.{name}", str(interface.port)): f"{node.name}.{name}"
        for name, site in catalogue.sites.items()
        for node in site.spec.nodes
        for interface in node.interfaces
        if interface.switch is not None
    }
