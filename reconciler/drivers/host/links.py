"""The language of ``ip link``: its JSON to bridges, bridges to commands.  Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.drivers.host.validation import quote, vlan_link
from reconciler.resources.bridge import Bridge
from reconciler.transport.decoding import parse_json

_ADD = "ip link add"
_SET = "ip link set dev"


@dataclass(frozen=True, slots=True)
class HostLink:
    """``vlan`` is the tag of a VLAN interface on ``parent``; None for every other kind."""

    name: str
    kind: str
    up: bool
    master: str
    parent: str
    vlan: int | None


def parse_links(text: str) -> Mapping[str, HostLink]:
    """Read ``ip -d -j link show``: links by name.

    Raises:
        ValueError: not what ip prints, or without the loopback every host has.
    """
    try:
        links = [_parse_link(entry) for entry in parse_json(text)]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"ip link is not the list of links it should be: {error!r:.120}") from error
    by_name = {link.name: link for link in links}
    if "lo" not in by_name or len(by_name) != len(links):
        raise ValueError("ip link lacks the loopback or names a link twice; the list is incomplete")
    return by_name


def _parse_link(entry: Any) -> HostLink:
    info = entry.get("linkinfo") or {}
    kind = str(info.get("info_kind") or "")
    vlan = int(info["info_data"]["id"]) if kind == "vlan" else None
    flags, name = entry["flags"], str(entry["ifname"])
    return HostLink(name, kind, "UP" in flags, str(entry.get("master") or ""), str(entry.get("link") or ""), vlan)


def find_bridge(links: Mapping[str, HostLink], wanted: Bridge, guest_ports: re.Pattern[str]) -> Bridge | None:
    """What ``wanted`` is on the host; None when neither the bridge nor its VLAN interface is there.

    ``guest_ports`` are the names of interfaces that lead to guests.
    A bridge that joins anything but guests and one working VLAN interface has ``vlan`` 0, and ``uplink`` names what is
    in it (joined by ``+``): it differs from every bridge we want, and the change that mends it needs the names.
    Likewise of a bridge that is gone: its VLAN interface is left.
    """
    bridge, own = links.get(wanted.name), vlan_link(wanted)
    if bridge is None:
        return Bridge(wanted.name, own, 0) if own in links else None
    ports = [link for link in links.values() if link.master == wanted.name and not guest_ports.match(link.name)]
    if bridge.kind == "bridge" and bridge.up and len(ports) == 1 and _works(ports[0]):
        return Bridge(wanted.name, ports[0].parent, ports[0].vlan or 0)
    return Bridge(wanted.name, "+".join(sorted(port.name for port in ports)), 0)


def _works(port: HostLink) -> bool:
    return port.up and port.vlan is not None


def stray_ports(before: Bridge, after: Bridge) -> tuple[str, ...]:
    """Interfaces in the bridge that are not its VLAN's: left in, they would join two networks."""
    seen = before.uplink.split("+") if before.vlan == 0 else [vlan_link(before)]
    return tuple(name for name in seen if name and name != vlan_link(after))


def left_over(before: Bridge, after: Bridge) -> tuple[str, ...]:
    """Of a bridge that is broken or gone: the one VLAN interface there that is ours, and not that of ``after``."""
    if before.vlan or "+" in before.uplink or before.uplink == vlan_link(after):
        return ()
    parent, _, tag = before.uplink.rpartition(".")
    number = before.name[len(before.name.rstrip("0123456789")) :]
    return (before.uplink,) if parent and tag and tag == number else ()


def render_make(bridge: Bridge, strays: Collection[str] = ()) -> str:
    """Commands that make ``bridge`` from nothing or from a part of it; they change nothing that is right already.

    The ``add`` lines may fail because the thing is there; that it is the right thing is seen afterwards.
    The bridge gets its VLAN last, so no frame passes while a stray port is in.
    """
    link, name, uplink = quote(vlan_link(bridge)), quote(bridge.name), quote(bridge.uplink)
    lines = [
        f"{_ADD} link {uplink} name {link} type vlan id {quote(str(bridge.vlan))} 2>&1 || true",
        f"{_ADD} name {name} type bridge 2>&1 || true",
        *(f"{_SET} {quote(stray)} nomaster 2>&1" for stray in strays),
    ]
    ups = (f"{_SET} {each} up 2>&1" for each in (uplink, link, name))
    return "\n".join([*lines, " && ".join([f"{_SET} {link} master {name} 2>&1", *ups])])


def render_unmake(bridge: Bridge) -> str:
    """Commands that remove the bridge, then its VLAN interface; the uplink stays as it is."""
    return f"ip link del {quote(bridge.name)} 2>&1\nip link del {quote(vlan_link(bridge))} 2>&1"
