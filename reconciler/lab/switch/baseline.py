"""The configuration a switch starts from, and the edit a person makes by hand, through the same checks as any edit."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from lxml import etree

from reconciler.lab.switch.apply import edited
from reconciler.lab.switch.constraints import require_valid
from reconciler.lab.switch.decode import decode_config
from reconciler.lab.switch.edit import Operation
from reconciler.lab.switch.names import IF_TYPES, INTERFACES, ethernet, interfaces, netconf, vlan
from reconciler.lab.switch.tree import EMPTY, Branch
from reconciler.lab.switch.wire import make_element, parse_message


def parse_config(text: bytes, ports: Collection[str], onto: Branch = EMPTY) -> Branch:
    """A ``<config>`` or a bare ``<interfaces>`` document, merged onto ``onto``.

    Raises:
        Malformed: not XML.
        RpcFailure: not a configuration of this switch.
    """
    root = parse_message(text)
    if root.tag == netconf("config"):
        config = root
    else:
        config = etree.Element(netconf("config"))
        config.append(root)
    return _checked(config, ports, onto)


def access_ports(names: Iterable[str], vlan_id: int, ports: Collection[str], onto: Branch) -> Branch:
    """``onto`` with these ports set to one access VLAN, untagged, and administratively up."""
    config = etree.Element(netconf("config"))
    container = make_element(interfaces("interfaces"), {None: INTERFACES, "ianaift": IF_TYPES})
    config.append(container)
    for name in names:
        container.append(_access_port(name, vlan_id))
    return _checked(config, ports, onto)


def _access_port(name: str, vlan_id: int) -> etree._Element:
    port = etree.Element(interfaces("interface"))
    etree.SubElement(port, interfaces("name")).text = name
    config = etree.SubElement(port, interfaces("config"))
    for leaf, text in (("name", name), ("type", "ianaift:ethernetCsmacd"), ("enabled", "true")):
        element = make_element(interfaces(leaf), {"ianaift": IF_TYPES})
        element.text = text
        config.append(element)
    switched = etree.SubElement(etree.SubElement(port, ethernet("ethernet")), vlan("switched-vlan"))
    modes = etree.SubElement(switched, vlan("config"))
    etree.SubElement(modes, vlan("interface-mode")).text = "ACCESS"
    etree.SubElement(modes, vlan("access-vlan")).text = str(vlan_id)
    return port


def _checked(config: etree._Element, ports: Collection[str], onto: Branch) -> Branch:
    tree = edited(onto, decode_config(config, Operation.MERGE, ports))
    require_valid(tree)
    return tree
