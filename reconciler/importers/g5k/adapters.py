"""A node's network adapters, of both eras: 2010 says little, 2026 says which may be mounted and moved."""

from __future__ import annotations

from dataclasses import dataclass

from reconciler.importers.g5k.values import DEVICE, INTERFACE, MAC, PORT, fits, fitting, parse_address
from reconciler.importers.record import Record


@dataclass(frozen=True, slots=True, eq=False)
class Adapter:
    """``name`` is the inventory's ``device``; where it gives none, ``eth`` and the place among the Ethernet adapters.

    ``usable``: an operating system on the node can use it.  ``movable``: the site's VLAN service may move its port.
    ``primary``: the node's own address is on it.
    """

    record: Record
    name: str
    ethernet: bool
    usable: bool
    movable: bool
    primary: bool
    bridged: bool
    mac: str | None
    ip: str | None
    switch: str | None
    port: str | None

    @property
    def cabled(self) -> bool:
        return self.switch is not None and self.port is not None


def read_adapters(node: Record) -> tuple[Adapter, ...]:
    """All adapters, in the file's order; those that are not Ethernet serve only to find addresses claimed twice."""
    found: list[Adapter] = []
    for _, record in node.records("network_adapters"):
        order = sum(adapter.ethernet for adapter in found)
        adapter = _read_adapter(record, order)
        if adapter.ethernet and adapter.name in {other.name for other in found}:
            record.report("I103", f"a second adapter called {adapter.name}; left out", key="device")
        else:
            found.append(adapter)
    return tuple(found)


def _read_adapter(record: Record, order: int) -> Adapter:
    ethernet = record.text("interface") == "Ethernet"
    enabled = record.flag("enabled") is not False
    management = record.flag("management") is True
    modern = record.text("device") is not None
    return Adapter(
        record=record,
        name=_name(record, order) if ethernet else "",
        ethernet=ethernet and not management,
        usable=enabled and (record.flag("mountable") is True if modern else True),
        movable=not modern or record.flag("kavlan") is True or record.flag("kavlanng") is True,
        primary=record.flag("mounted") is True if modern else record.text("network_address") is not None,
        bridged=record.flag("bridged") is True,
        mac=_mac(record) if ethernet else _lower(record.text("mac")),
        ip=parse_address(record, "ip"),
        switch=fitting(record, "switch", DEVICE, "switch name") if ethernet else None,
        port=fitting(record, "switch_port", PORT, "port name") if ethernet else None,
    )


def _name(record: Record, order: int) -> str:
    device = record.text("device")
    if device is not None and not fits(INTERFACE, device):
        record.report(
            "I207", f"device {device!r} cannot be an interface with a VLAN on it; called eth{order}", key="device"
        )
        return f"eth{order}"
    return device or f"eth{order}"


def _mac(record: Record) -> str | None:
    mac = _lower(fitting(record, "mac", MAC, "MAC address"))
    if mac is not None and (int(mac[:2], 16) & 1 or mac == "00:00:00:00:00:00"):
        record.report("I103", f"mac {mac} is no unicast address; left out", key="mac")
        return None
    return mac


def _lower(mac: str | None) -> str | None:
    return None if mac is None else mac.lower()
