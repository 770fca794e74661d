"""Makes one device from its entry in a Site document."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from lxml import etree

from reconciler.lab.cabling import node_name, switch_name
from reconciler.lab.deployer.deployer import ADMINISTRATOR, LabDeployer
from reconciler.lab.deployer.environment import KadeployEnvironment
from reconciler.lab.host.host import LabHost
from reconciler.lab.host.image import PRODUCTION, HostImage
from reconciler.lab.images import by_name
from reconciler.lab.switch.device import SwitchDevice
from reconciler.lab.switch.names import IF_TYPES, ethernet, interfaces, vlan
from reconciler.spec.site import Node, Site, Switch


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for all devices.  ``fast``: nothing takes emulated time."""

    seed: int
    fast: bool
    images: tuple[HostImage, ...]
    environments: tuple[KadeployEnvironment, ...]


def make_switch(site: Site, switch: Switch, ports: Sequence[str], terms: Terms) -> SwitchDevice:
    name = switch_name(site, switch.name)
    production = site.spec.vlans.production
    trunks = _trunks(site, switch.name)
    baseline = None if switch.managed else unmanaged_baseline(set(ports) - trunks, trunks, production)
    return SwitchDevice(
        name,
        ports,
        seed=derive_seed(terms.seed, name),
        baseline=baseline,
        production=production if switch.managed else None,
        latency_s=(0.0, 0.0) if terms.fast else (0.001, 0.005),
    )


def make_host(site: Site, node: Node, terms: Terms) -> LabHost:
    """A node that nobody images runs a Xen image from the start; others run the site's production image."""
    name = node_name(site, node.name)
    images = by_name(terms.images)
    return LabHost(
        node.name,
        memory_mib=node.memory,
        cores=node.cores,
        hvm=node.hvm,
        interfaces=[(nic.name, nic.mac or derive_mac(f"{name}/{nic.name}"), nic.bridge) for nic in node.interfaces],
        seed=derive_seed(terms.seed, name),
        image=images["debian-xen"] if site.spec.deployer.driver == "none" else PRODUCTION,
        images={**images, PRODUCTION.name: PRODUCTION},
        pace=0.0 if terms.fast else 1.0,
    )


def derive_mac(name: str) -> str:
    """A locally administered address for an interface whose own is not known: always the same."""
    digest = hashlib.sha256(name.encode()).digest()
    return ":".join(["02", *(f"{octet:02x}" for octet in digest[:5])])


def derive_seed(seed: int, name: str) -> int:
    """Devices do not all draw the same chances."""
    return int.from_bytes(hashlib.sha256(f"{seed}/{name}".encode()).digest()[:8])


def _trunks(site: Site, switch: str) -> set[str]:
    """Ports with another switch, a router or a backbone behind them."""
    spec = site.spec
    sockets = [socket for link in spec.links for socket in link.between] + ([spec.router] if spec.router else [])
    found = {socket.port for socket in sockets if socket.switch == switch}
    return found | ({spec.wan.port, spec.wan.customer_port} if spec.wan and spec.wan.switch == switch else set())


def make_deployer(site: Site, terms: Terms) -> LabDeployer:
    """It knows all images of the lab; the user that the site names, and root, may deploy on all its nodes."""
    spec = site.spec
    clusters: dict[str, list[str]] = {}
    for node in spec.nodes:
        clusters.setdefault(node.cluster, []).append(f"{node.name}.{spec.domain}")
    lent = (*(spec.vlans.local or ()), *(spec.vlans.routed or ()), *(spec.vlans.global_ or ()))
    return LabDeployer(
        site.metadata.name,
        clusters,
        terms.environments,
        seed=derive_seed(terms.seed, site.metadata.name),
        pace=0.0 if terms.fast else 1.0,
        granted=sorted({spec.deployer.user, ADMINISTRATOR}),
        vlans=[str(vlan) for vlan in lent],
    )


DEFAULT_VLAN = 1


def unmanaged_baseline(edge: Iterable[str], trunks: Collection[str], production: int | None) -> bytes:
    """Nodes are in the production VLAN; cables to other switches carry all VLANs, production untagged."""
    native = str(production or DEFAULT_VLAN)
    root = etree.Element(interfaces("interfaces"))
    for name in sorted(edge):
        _add_port(root, name, {"interface-mode": "ACCESS", "access-vlan": native})
    for name in sorted(trunks):
        _add_port(root, name, {"interface-mode": "TRUNK", "native-vlan": native})
    return etree.tostring(root)


def _add_port(root: etree._Element, name: str, leaves: dict[str, str]) -> None:
    port = etree.SubElement(root, interfaces("interface"))
    etree.SubElement(port, interfaces("name")).text = name
    config = etree.SubElement(port, interfaces("config"))
    etree.SubElement(config, interfaces("name")).text = name
    etree.SubElement(config, interfaces("type"), nsmap={"ianaift": IF_TYPES}).text = "ianaift:ethernetCsmacd"
    config = etree.SubElement(etree.SubElement(port, ethernet("ethernet")), vlan("switched-vlan"))
    config = etree.SubElement(config, vlan("config"))
    for leaf, text in leaves.items():
        etree.SubElement(config, vlan(leaf)).text = text
