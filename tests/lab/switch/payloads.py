"""Payloads the tests send, and how they read what comes back."""

from __future__ import annotations

from lxml import etree

NETCONF = "urn:ietf:params:xml:ns:netconf:base:1.0"
SPACES = {
    "nc": NETCONF,
    "if": "http://openconfig.net/yang/interfaces",
    "eth": "http://openconfig.net/yang/interfaces/ethernet",
    "vl": "http://openconfig.net/yang/vlan",
}
NAMESPACES = " ".join(f'xmlns:{prefix}="{space}"' for prefix, space in SPACES.items())
ALL_INTERFACES = ("subtree", f'<interfaces xmlns="{SPACES["if"]}"/>')
TYPE = '<if:type xmlns:t="urn:ietf:params:xml:ns:yang:iana-if-type">t:ethernetCsmacd</if:type>'


def config(*ports: str) -> str:
    return f'<config xmlns="{NETCONF}" {NAMESPACES}><if:interfaces>{"".join(ports)}</if:interfaces></config>'


def port(name: str, leaves: str = "", *, operation: str = "", modes: str = "", more: str = "") -> str:
    """``leaves`` go into ``config``, ``modes`` into ``switched-vlan/config``, ``more`` into the interface."""
    attribute = f' nc:operation="{operation}"' if operation else ""
    ethernet = (
        f"<eth:ethernet><vl:switched-vlan><vl:config>{modes}</vl:config></vl:switched-vlan></eth:ethernet>"
        if modes
        else ""
    )
    body = f"<if:config><if:name>{name}</if:name>{TYPE}{leaves}</if:config>{ethernet}{more}"
    return f"<if:interface{attribute}><if:name>{name}</if:name>{body}</if:interface>"


def bare(name: str, operation: str = "", inside: str = "") -> str:
    attribute = f' nc:operation="{operation}"' if operation else ""
    return f"<if:interface{attribute}><if:name>{name}</if:name>{inside}</if:interface>"


def access(vlan: int | str) -> str:
    return f"<vl:interface-mode>ACCESS</vl:interface-mode><vl:access-vlan>{vlan}</vl:access-vlan>"


def trunk(*vlans: int | str) -> str:
    listed = "".join(f"<vl:trunk-vlans>{vlan}</vl:trunk-vlans>" for vlan in vlans)
    return f"<vl:interface-mode>TRUNK</vl:interface-mode>{listed}"


def modes(inside: str) -> str:
    return f"<eth:ethernet><vl:switched-vlan><vl:config>{inside}</vl:config></vl:switched-vlan></eth:ethernet>"


def tunnel(index: int, s_vlan: int, *c_vlans: int, egress: str = "POP") -> str:
    if len(c_vlans) == 1:
        inner = f"<vl:vlan-id>{c_vlans[0]}</vl:vlan-id>"
        match = f"<vl:single-tagged><vl:config>{inner}</vl:config></vl:single-tagged>"
    else:
        inner = "".join(f"<vl:vlan-ids>{vlan}</vl:vlan-ids>" for vlan in c_vlans)
        match = f"<vl:single-tagged-list><vl:config>{inner}</vl:config></vl:single-tagged-list>"
    action = f"<vl:vlan-stack-action>{egress}</vl:vlan-stack-action>"
    pop = f"<vl:egress-mapping><vl:config>{action}</vl:config></vl:egress-mapping>"
    return (
        f"<if:subinterfaces><if:subinterface><if:index>{index}</if:index><if:config><if:index>{index}</if:index>"
        f"</if:config><vl:vlan><vl:match>{match}</vl:match><vl:ingress-mapping><vl:config>"
        f"<vl:vlan-stack-action>PUSH</vl:vlan-stack-action><vl:vlan-id>{s_vlan}</vl:vlan-id>"
        '<vl:tpid xmlns:v="http://openconfig.net/yang/vlan-types">v:TPID_0X88A8</vl:tpid>'
        f"</vl:config></vl:ingress-mapping>{pop}</vl:vlan></if:subinterface></if:subinterfaces>"
    )


def read_modes(data: etree._Element) -> dict[str, dict[str, list[str]]]:
    """Port → leaf of ``switched-vlan/config`` → its values as they came."""
    ports: dict[str, dict[str, list[str]]] = {}
    for interface in data.iterfind(".//if:interface", SPACES):
        leaves: dict[str, list[str]] = {}
        for leaf in interface.iterfind("eth:ethernet/vl:switched-vlan/vl:config/*", SPACES):
            leaves.setdefault(etree.QName(leaf).localname, []).append(leaf.text or "")
        ports[interface.findtext("if:name", None, SPACES) or ""] = leaves
    return ports
