"""OpenConfig's words for a switch port: the names of its nodes, and a port's configuration read from a reply.  Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lxml import etree

from reconciler.drivers.switch.device import Mode, Port, PortType
from reconciler.drivers.switch.vlans import ALL, Entries, parse_entry
from reconciler.model.errors import Unreadable
from reconciler.resources.switch import Tunnel

NETCONF = "urn:ietf:params:xml:ns:netconf:base:1.0"
INTERFACES = "http://openconfig.net/yang/interfaces"
ETHERNET = "http://openconfig.net/yang/interfaces/ethernet"
AGGREGATE = "http://openconfig.net/yang/interfaces/aggregate"
VLAN = "http://openconfig.net/yang/vlan"
VLAN_TYPES = "http://openconfig.net/yang/vlan-types"
IF_TYPES = "urn:ietf:params:xml:ns:yang:iana-if-type"
S_TAG = "TPID_0X88A8"
NS = {"if": INTERFACES, "eth": ETHERNET, "lag": AGGREGATE, "vlan": VLAN}

LONGEST_TEXT = 500
_MODES = {"ACCESS": Mode.ACCESS, "TRUNK": Mode.TRUNK, "DOT1Q-TUNNEL": Mode.TUNNEL}
"""The last is a vendor's (Arista EOS 4.36): such a port is seen, and never asked for."""
_ETHERNET = {"ethernetCsmacd", "gigabitEthernet", "fastEther", "ieee8023adLag"}


def parse_ports(data: etree._Element) -> Mapping[str, Port]:
    """Read every interface of a ``<data>`` or ``<config>`` element, by name.

    Raises:
        Unreadable: something in it is not what the model allows; nothing is concluded from the rest.
    """
    ports: dict[str, Port] = {}
    for element in data.iterfind("if:interfaces/if:interface", NS):
        try:
            port = _parse_port(element)
        except ValueError as error:
            raise Unreadable(f"interface {_text(element, 'if:name') or '?'}: {error}") from None
        if port.name in ports:
            raise Unreadable(f"interface {port.name} is listed twice")
        ports[port.name] = port
    return ports


def _parse_port(element: etree._Element) -> Port:
    name = _text(element, "if:name")
    if name is None:
        raise ValueError("it has no name")
    kind = _parse_type(element)
    config = f"{'lag:aggregation' if kind is PortType.LAG else 'eth:ethernet'}/vlan:switched-vlan/vlan:config/vlan:"
    said = _text(element, config + "interface-mode") or "ACCESS"
    mode = _MODES.get(said)
    if mode is None:
        raise ValueError(f"unknown interface-mode {said!r}")
    native, mtu = _text(element, config + "native-vlan"), _text(element, "if:config/if:mtu")
    return Port(
        name=name,
        description=_text(element, "if:config/if:description") or "",
        enabled=_parse_bool(_text(element, "if:config/if:enabled") or "true"),
        mode=mode,
        access=1 if mode is Mode.TRUNK else _parse_id(_text(element, config + "access-vlan") or "1"),
        native=_parse_id(native) if native is not None and mode is Mode.TRUNK else None,
        entries=_parse_entries(element.iterfind(config + "trunk-vlans", NS)) if mode is Mode.TRUNK else (),
        tunnels=_parse_tunnels(name, element),
        type=kind,
        lag=_text(element, "eth:ethernet/eth:config/lag:aggregate-id"),
        mtu=None if mtu is None else int(mtu),
    )


def _parse_type(element: etree._Element) -> PortType:
    """An interface that is not configured has no type, and is the port that it is named after."""
    said = (_text(element, "if:config/if:type") or "ethernetCsmacd").rpartition(":")[2]
    if said not in _ETHERNET:
        return PortType.OTHER
    return PortType.LAG if said == "ieee8023adLag" else PortType.ETHERNET


def _parse_tunnels(port: str, element: etree._Element) -> tuple[Tunnel, ...]:
    """Every subinterface that has a VLAN mapping, sorted by its index."""
    tunnels = []
    for sub in element.iterfind("if:subinterfaces/if:subinterface", NS):
        index = _text(sub, "if:index") or ""
        if sub.find("vlan:vlan/vlan:ingress-mapping", NS) is not None and index.isascii() and index.isdigit():
            tunnels.append(Tunnel(port, int(index), _parse_push(sub, index)))
    return tuple(sorted(tunnels, key=lambda tunnel: tunnel.s_vlan))


def _parse_push(sub: etree._Element, s_vlan: str) -> tuple[int, ...]:
    """The C-VLANs that get this S-tag pushed, and popped again; none when the mapping is any other."""
    ingress, match = "vlan:vlan/vlan:ingress-mapping/vlan:config/vlan:", "vlan:vlan/vlan:match/vlan:"
    said = [_text(sub, ingress + leaf) for leaf in ("vlan-stack-action", "vlan-id", "tpid")]
    popped = _text(sub, "vlan:vlan/vlan:egress-mapping/vlan:config/vlan:vlan-stack-action") == "POP"
    enabled = _parse_bool(_text(sub, "if:config/if:enabled") or "true")
    if said[:2] != ["PUSH", s_vlan] or (said[2] or "").rpartition(":")[2] != S_TAG or not (popped and enabled):
        return ()
    lists = sub.iterfind(match + "single-tagged-list/vlan:config/vlan:vlan-ids", NS)
    single = sub.iterfind(match + "single-tagged/vlan:config/vlan:vlan-id", NS)
    return tuple(sorted({_parse_id(leaf.text or "") for leaves in (lists, single) for leaf in leaves}))


def _parse_entries(leaves: Iterable[etree._Element]) -> Entries:
    """Checked, and sorted: devices answer in any order.  A trunk without a list carries all."""
    entries = {(leaf.text or "").strip() for leaf in leaves}
    return ALL if not entries else tuple(sorted(entries, key=lambda entry: (parse_entry(entry).start, entry)))


def _parse_bool(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError(f"{text!r} is neither true nor false")
    return text == "true"


def _parse_id(text: str) -> int:
    ids = parse_entry(text.strip())
    if len(ids) != 1:
        raise ValueError(f"{text!r} is not one VLAN id")
    return ids[0]


def _text(element: etree._Element, path: str) -> str | None:
    """The text of the one leaf at ``path``, stripped; None when there is none."""
    text = element.findtext(path, None, NS)
    if text is not None and len(text) > LONGEST_TEXT:
        raise ValueError(f"a value of {len(text)} characters")
    return text.strip() if text else text
