"""``show running-config``, read: VLANs, and interfaces with what is set on them.  Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from reconciler.drivers.switch.device import Device, Mode, Port, PortType
from reconciler.drivers.switch.vlans import ALL, Entries, parse_entry
from reconciler.model.errors import Unreadable

_END = "end"


def parse_configuration(text: str) -> Device:
    """Raises Unreadable for a line that is not known, and for an answer that was cut: it ends with ``end``."""
    vlans: dict[int, str] = {}
    ports: dict[str, Port] = {}
    name = ""
    lines = text.splitlines()
    if not lines or lines.pop() != _END:
        raise Unreadable("the configuration does not end with 'end': it was cut")
    for line in lines:
        try:
            match line.split():
                case ["vlan", vlan, *words] if not line.startswith(" "):
                    vlans[int(vlan)] = " ".join(words)
                case ["interface", name] if not line.startswith(" "):
                    ports[name] = Port(name, type=PortType.LAG if name.startswith("lag") else PortType.ETHERNET)
                case words if name and line.startswith(" "):
                    ports[name] = _with(ports[name], words, line)
                case _:
                    raise ValueError("unknown")
        except ValueError as error:
            raise Unreadable(f"line {line!r}: {error}") from None
    return Device(ports, vlans)


def _with(port: Port, words: list[str], line: str) -> Port:
    match words:
        case ["description", *_]:
            return replace(port, description=line.strip().removeprefix("description").strip())
        case ["shutdown"]:
            return replace(port, enabled=False)
        case ["mtu", mtu]:
            return replace(port, mtu=int(mtu))
        case ["lag", lag]:
            return replace(port, lag=lag)
        case ["access", "vlan", vlan]:
            return replace(port, access=parse_entry(vlan).start)
        case ["trunk", "vlan", ids]:
            return replace(port, mode=Mode.TRUNK, access=1, entries=_entries(ids))
    raise ValueError("unknown")


def _entries(ids: str) -> Entries:
    """A trunk says ``all`` or ``none``, else its ids."""
    if ids == "all":
        return ALL
    entries = tuple(entry.replace("-", "..") for entry in ids.split(",")) if ids != "none" else ()
    for entry in entries:
        parse_entry(entry)
    return entries


def show_ids(ids: Iterable[int]) -> str:
    return ",".join(map(str, sorted(ids)))
