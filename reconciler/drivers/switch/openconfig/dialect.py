"""OpenConfig's interfaces and VLANs over NETCONF, as a dialect."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from reconciler.drivers.switch.capabilities import Capabilities, QinQ
from reconciler.drivers.switch.device import Device, PortType
from reconciler.drivers.switch.netconf import NetconfEdit
from reconciler.drivers.switch.openconfig.edit import render_edit, stamp_edit
from reconciler.drivers.switch.openconfig.interfaces import INTERFACES, LONGEST_TEXT, parse_ports
from reconciler.resources.switch import SwitchSlice

_CAPABILITIES = Capabilities(
    qinq=QinQ.SELECTIVE,
    candidate=True,
    confirmed_commit=True,
    lock=True,
    description_length=LONGEST_TEXT,
    vlan_ids=range(1, 4095),
    port_types=frozenset({PortType.ETHERNET}),
)


class OpenConfig:
    """``capabilities`` are the model's: ports of a LAG are read, and not written (their VLANs are elsewhere in it).

    VLAN objects are not read: they are in another part of the tree (``network-instances``), which we do not ask for.
    """

    capabilities = _CAPABILITIES

    def query(self) -> etree._Element:
        return etree.Element(f"{{{INTERFACES}}}interfaces")

    def parse(self, reply: etree._Element) -> Device:
        """A trunk without ``trunk-vlans`` carries every VLAN."""
        return Device(parse_ports(reply))

    def render(self, before: SwitchSlice, after: SwitchSlice, parked: int | None) -> NetconfEdit | None:
        return render_edit(before, after, parked)

    def stamp(self, edit: NetconfEdit | None, marks: Mapping[str, str]) -> NetconfEdit:
        return stamp_edit(edit, marks)
