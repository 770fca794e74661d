"""What `ip -d -j link show` prints."""

from __future__ import annotations

from collections.abc import Iterable

from reconciler.lab.host.links import LabLink, LinkKind, LinkTable

Entry = dict[str, object]


def render_links(table: LinkTable, links: Iterable[LabLink]) -> list[Entry]:
    return [_render(table, link) for link in links]


def _render(table: LinkTable, link: LabLink) -> Entry:
    entry: Entry = {"ifindex": link.index}
    if link.parent:
        entry["link"] = link.parent
    loopback = link.kind is LinkKind.LOOPBACK
    entry |= {
        "ifname": link.name,
        "flags": _flags(table, link),
        "mtu": 65536 if loopback else 1500,
        "qdisc": _qdisc(link),
    }
    if link.master:
        entry["master"] = link.master
    entry |= {
        "operstate": _operstate(table, link),
        "linkmode": "DEFAULT",
        "group": "default",
        "txqlen": 1000,
        "link_type": "loopback" if loopback else "ether",
        "address": link.mac,
        "broadcast": "00:00:00:00:00:00" if loopback else "ff:ff:ff:ff:ff:ff",
        "promiscuity": int(bool(link.master)),
        "allmulti": int(bool(link.master)),
        "min_mtu": 0 if loopback or link.parent else 68,
        "max_mtu": 0 if loopback else 65535,
    }
    info = _info(link)
    if info:
        entry["linkinfo"] = info
    return entry | {
        "inet6_addr_gen_mode": "eui64",
        "num_tx_queues": 1,
        "num_rx_queues": 1,
        "gso_max_size": 65536,
        "gso_max_segs": 65535,
    }


def _flags(table: LinkTable, link: LabLink) -> list[str]:
    if link.kind is LinkKind.LOOPBACK:
        return ["LOOPBACK", "UP", "LOWER_UP"]
    flags = ["BROADCAST", "MULTICAST"]
    if link.up:
        flags += ["UP", "LOWER_UP"] if table.running(link) else ["UP"]
    if link.parent and not table.running(link):
        flags.append("M-DOWN")
    return flags


def _qdisc(link: LabLink) -> str:
    if not link.up:
        return "noop"
    return "fq_codel" if link.kind in (LinkKind.PHYSICAL, LinkKind.VIF) else "noqueue"


def _operstate(table: LinkTable, link: LabLink) -> str:
    if link.kind is LinkKind.LOOPBACK:
        return "UNKNOWN"
    if not link.up:
        return "DOWN"
    if link.kind is LinkKind.BRIDGE and not any(table.running(port) for port in table.ports(link.name)):
        return "DOWN" if table.ports(link.name) else "UNKNOWN"
    return "UP" if table.running(link) else "LOWERLAYERDOWN"


def _info(link: LabLink) -> Entry:
    info: Entry = {}
    if link.kind is LinkKind.VLAN:
        info |= {"info_kind": "vlan", "info_data": {"protocol": "802.1Q", "id": link.vlan, "flags": ["REORDER_HDR"]}}
    elif link.kind is LinkKind.BRIDGE:
        data: Entry = {"forward_delay": 1500, "hello_time": 200, "max_age": 2000, "stp_state": 0, "priority": 32768}
        info |= {"info_kind": "bridge", "info_data": data | {"vlan_filtering": 0, "vlan_protocol": "802.1Q"}}
    if link.master:
        info |= {"info_slave_kind": "bridge", "info_slave_data": {"state": "forwarding", "priority": 32, "cost": 100}}
    return info
