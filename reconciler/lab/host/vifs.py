"""Where the virtual NICs of a host's guests come out: which uplink, with which VLAN tag."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reconciler.lab.host.domain import Life
from reconciler.lab.host.hypervisor import Hypervisor
from reconciler.lab.host.links import LabLink, LinkKind, LinkTable
from reconciler.lab.host.toolstack import vif_name


@dataclass(frozen=True, slots=True)
class Vif:
    """One NIC of a running guest.  ``vlan`` None is untagged; ``uplink`` None leads nowhere outside the host.

    ``bridge`` is the one it really is a port of: guests on one bridge hear each other without any uplink.
    A bridge with several uplinks gives one Vif for each.
    """

    domain: str
    uuid: str
    mac: str
    bridge: str
    uplink: str | None
    vlan: int | None


def find_vifs(hypervisor: Hypervisor, links: LinkTable) -> Iterator[Vif]:
    """A paused or dead guest sends nothing, and a NIC whose bridge is gone or down reaches nobody."""
    for domain in hypervisor:
        if domain.life is not Life.RUNNING:
            continue
        for nic in domain.config.nics:
            port = links.get(vif_name(domain.id, nic.devid))
            bridge = links.get(port.master) if port is not None and port.master else None
            if port is None or bridge is None or not port.up or not bridge.up:
                continue
            for uplink, vlan in _uplinks(links, bridge) or [(None, None)]:
                yield Vif(domain.config.name, domain.config.uuid, nic.mac, bridge.name, uplink, vlan)


def _uplinks(links: LinkTable, bridge: LabLink) -> list[tuple[str | None, int | None]]:
    found: list[tuple[str | None, int | None]] = []
    for port in links.ports(bridge.name):
        if port.kind is LinkKind.VLAN and links.running(port):
            found.append((port.parent, port.vlan))
        elif port.kind is LinkKind.PHYSICAL and port.up:
            found.append((port.name, None))
    return found
