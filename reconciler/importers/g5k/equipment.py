"""Switches and routers as the tree tells of them, and where their cables go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reconciler.importers.g5k.tree import Tree
from reconciler.importers.g5k.values import DEVICE, PORT, fits, parse_address
from reconciler.importers.record import Record

_ETHERNET = ("switch", "router")
_INFRASTRUCTURE = ("switch", "router", "backbone", "virtual")


@dataclass(frozen=True, slots=True, eq=False)
class End:
    """A cable to other equipment, seen from one side; ``port`` is the channel's where several ports are bundled."""

    record: Record
    port: str
    peer: str
    mode: str | None
    backbone: bool


@dataclass(frozen=True, slots=True, eq=False)
class NodePort:
    """A port that the equipment says a node is on."""

    record: Record
    node: str
    device: str | None
    names: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class Equipment:
    record: Record
    name: str
    kind: str
    model: str | None
    address: str | None
    managed: bool
    aliases: frozenset[str]
    ends: tuple[End, ...]
    node_ports: tuple[NodePort, ...]

    @property
    def ethernet(self) -> bool:
        return self.kind in _ETHERNET


def read_equipment(tree: Tree, site: str) -> Iterator[Equipment]:
    """Everything in the site's ``network_equipments``; also InfiniBand switches, told apart by ``ethernet``."""
    seen: set[str] = set()
    for record in tree.equipment(site):
        name = record.text("uid")
        if name is None or not fits(DEVICE, name) or name in seen:
            record.report("I103", f"equipment cannot be called {name!r}, or is so already; left out", key="uid")
            continue
        seen.add(name)
        yield Equipment(
            record,
            name,
            record.text("kind") or "",
            record.text("model"),
            parse_address(record, "ip"),
            record.flag("managed_by_us") is not False,
            _aliases(record),
            tuple(_ends(record)),
            tuple(_node_ports(record)),
        )


def _aliases(record: Record) -> frozenset[str]:
    """Other names of the device; the list mixes texts and objects."""
    value = record.raw("alias")
    return frozenset(item for item in value if isinstance(item, str)) if isinstance(value, list) else frozenset()


def _ports(equipment: Record) -> Iterator[tuple[Record, str | None, str | None, frozenset[str]]]:
    """Each port in use: its record, kind, mode, and the names it goes by, best first."""
    for card_index, card in equipment.records("linecards"):
        for port_index, port in card.records("ports"):
            if port.text("uid") is not None:
                pattern = port.text("kavlan_pattern") or card.text("kavlan_pattern")
                names = [port.text("snmp_name"), _fill(pattern, card_index, port_index)]
                known = frozenset(name for name in names if name is not None)
                yield (
                    port,
                    port.text("kind") or card.text("kind"),
                    port.text("switchport_mode") or card.text("switchport_mode"),
                    known,
                )


def _fill(pattern: str | None, card: int, port: int) -> str | None:
    return pattern and pattern.replace("%LINECARD%", str(card)).replace("%PORT%", str(port))


def _port_name(port: Record, names: frozenset[str]) -> str | None:
    name = port.text("snmp_name") or next(iter(sorted(names)), None)
    if name is not None and not fits(PORT, name):
        port.report(
            "I103", f"the name of port {name!r} is not valid in a document; its cable is left out", key="snmp_name"
        )
        return None
    return name


def _node_ports(equipment: Record) -> Iterator[NodePort]:
    for port, kind, _, names in _ports(equipment):
        if kind == "node":
            yield NodePort(port, port.text("uid") or "", port.text("port"), names)


def _ends(equipment: Record) -> Iterator[End]:
    """Cables to equipment; a bundle of ports counts once, under its channel's name."""
    channels = dict(equipment.entries("channels"))
    bundled: set[str] = set()
    for port, kind, mode, names in _ports(equipment):
        uid = port.text("uid") or ""
        if kind == "channel" and uid not in bundled:
            bundled.add(uid)
            yield from _channel_end(port, uid, channels.get(uid), mode)
        elif kind in _INFRASTRUCTURE:
            name = _port_name(port, names)
            if name is not None:
                yield End(port, name, uid, mode, kind in ("backbone", "virtual"))


def _channel_end(port: Record, name: str, channel: Record | None, mode: str | None) -> Iterator[End]:
    if channel is None:
        port.report("I402", f"channel {name!r} is not described; its cable is left out", key="uid")
        return
    peer, kind = channel.text("uid"), channel.text("kind")
    if peer is None or kind not in _INFRASTRUCTURE:
        return
    if not fits(PORT, name):
        port.report(
            "I103", f"the name of channel {name!r} is not valid in a document; its cable is left out", key="uid"
        )
        return
    yield End(channel, name, peer, channel.text("switchport_mode") or mode, kind in ("backbone", "virtual"))
