"""Sessions with a switch in memory, without a network."""

from __future__ import annotations

from lxml import etree

from reconciler.lab.switch.device import SwitchDevice
from reconciler.lab.switch.names import NOTIFICATION
from reconciler.lab.switch.operations import Reply
from reconciler.lab.switch.roster import SwitchLink
from tests.lab.switch.payloads import NETCONF, config

PORTS = ("Ethernet1", "Ethernet2")


class Console:
    def __init__(self, device: SwitchDevice) -> None:
        self.device = device
        self.events: list[etree._Element] = []
        self.cut: list[str] = []

    def join(self, user: str = "u") -> int:
        session_id = self.device.open_session(SwitchLink(user, lambda: self.cut.append(user), self.events.append))
        assert session_id is not None
        return session_id

    def ask(self, session_id: int, operation: str) -> Reply:
        return self.device.perform(session_id, etree.fromstring(f'<x xmlns="{NETCONF}">{operation}</x>')[0])

    def edit(self, session_id: int, *ports: str) -> Reply:
        return self.ask(session_id, f"<edit-config><target><candidate/></target>{config(*ports)}</edit-config>")

    def subscribe(self, session_id: int) -> None:
        self.ask(session_id, f'<create-subscription xmlns="{NOTIFICATION}"/>')

    def names_of_events(self) -> list[str]:
        return [etree.QName(event[1]).localname for event in self.events]


def device(**options: object) -> SwitchDevice:
    return SwitchDevice("sw-1", PORTS, **options)  # type: ignore[arg-type] - keywords of the constructor
