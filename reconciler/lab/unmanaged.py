"""What a switch that nobody configures through us is taken to do: what its owners would have set by hand."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from lxml import etree

from reconciler.lab.switch.names import IF_TYPES, ethernet, interfaces, vlan

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
