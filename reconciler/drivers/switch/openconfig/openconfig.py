"""OpenConfig's words for a switch port: the names of its nodes, and a port's configuration read from a reply.  Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lxml import etree

from reconciler.drivers.switch.openconfig.vlans import parse_entry
from reconciler.model.errors import Unreadable
from reconciler.resources.switch import Tunnel

NETCONF = "urn:ietf:params:xml:ns:netconf:base:1.0"
INTERFACES = "http://openconfig.net/yang/interfaces"
ETHERNET = "http://openconfig.net/yang/interfaces/ethernet"
VLAN = "http://openconfig.net/yang/vlan"
VLAN_TYPES = "http://openconfig.net/yang/vlan-types"
IF_TYPES = "urn:ietf:params:xml:ns:yang:iana-if-type"
S_TAG = "TPID_0X88A8"
NS = {"if": INTERFACES, "eth": ETHERNET, "vlan": VLAN}

_LONGEST_TEXT = 500


@dataclass(frozen=True, slots=True)
class Port:
    """A port as configured, with the vendors' defaults for what is not: up, an access port, in VLAN 1.

    ``entries`` is the trunk's list as the switch spells it; empty on a trunk means every VLAN.
    A tunnel without ``c_vlans`` is a subinterface there that does not push the tag its index names.
    """

    name: str
    description: str = ""
    enabled: bool = True
    mode: str = "ACCESS"
    access: int = 1
    native: int | None = None
    entries: tuple[str, ...] = ()
    tunnels: tuple[Tunnel, ...] = ()

    @property
    def is_trunk(self) -> bool:
        return self.mode == "TRUNK"


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
    config = "eth:ethernet/vlan:switched-vlan/vlan:config/vlan:"
    mode = _text(element, config + "interface-mode") or "ACCESS"
    if mode not in ("ACCESS", "TRUNK"):
        raise ValueError(f"unknown interface-mode {mode!r}")
    native = _text(element, config + "native-vlan")
    return Port(
        name=name,
        description=_text(element, "if:config/if:description") or "",
        enabled=_parse_bool(_text(element, "if:config/if:enabled") or "true"),
        mode=mode,
        access=_parse_id(_text(element, config + "access-vlan") or "1") if mode == "ACCESS" else 1,
        native=_parse_id(native) if native is not None and mode == "TRUNK" else None,
        entries=_parse_entries(element.iterfind(config + "trunk-vlans", NS)) if mode == "TRUNK" else (),
        tunnels=_parse_tunnels(name, element),
    )


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


def _parse_entries(leaves: Iterable[etree._Element]) -> tuple[str, ...]:
    """Checked, and sorted: devices answer in any order."""
    entries = {(leaf.text or "").strip() for leaf in leaves}
    return tuple(sorted(entries, key=lambda entry: (parse_entry(entry).start, entry)))


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
    if text is not None and len(text) > _LONGEST_TEXT:
        raise ValueError(f"a value of {len(text)} characters")
    return text.strip() if text else text
