"""XML namespaces of NETCONF and of the models the switch implements, and tags made of them."""

from __future__ import annotations

from typing import Final

NETCONF: Final = "urn:ietf:params:xml:ns:netconf:base:1.0"
NOTIFICATION: Final = "urn:ietf:params:xml:ns:netconf:notification:1.0"
EVENTS: Final = "urn:ietf:params:xml:ns:yang:ietf-netconf-notifications"
WITH_DEFAULTS: Final = "urn:ietf:params:xml:ns:yang:ietf-netconf-with-defaults"
INTERFACES: Final = "http://openconfig.net/yang/interfaces"
ETHERNET: Final = "http://openconfig.net/yang/interfaces/ethernet"
VLAN: Final = "http://openconfig.net/yang/vlan"
VLAN_TYPES: Final = "http://openconfig.net/yang/vlan-types"
IF_TYPES: Final = "urn:ietf:params:xml:ns:yang:iana-if-type"

PREFIXES: Final = {
    NETCONF: "nc",
    INTERFACES: "oc-if",
    ETHERNET: "oc-eth",
    VLAN: "oc-vlan",
    VLAN_TYPES: "oc-vlan-types",
    IF_TYPES: "ianaift",
}
"""Prefixes the switch writes in paths and in identities."""


def netconf(name: str) -> str:
    return f"{{{NETCONF}}}{name}"


def interfaces(name: str) -> str:
    return f"{{{INTERFACES}}}{name}"


def ethernet(name: str) -> str:
    return f"{{{ETHERNET}}}{name}"


def vlan(name: str) -> str:
    return f"{{{VLAN}}}{name}"


def split_tag(tag: str) -> tuple[str, str]:
    """``{namespace}name`` as (namespace, name); no namespace is the empty one."""
    if not tag.startswith("{"):
        return "", tag
    namespace, _, name = tag[1:].partition("}")
    return namespace, name


def local(tag: str) -> str:
    return split_tag(tag)[1]


def prefixed(tag: str) -> str:
    """``{http://openconfig.net/yang/vlan}access-vlan`` as ``oc-vlan:access-vlan``."""
    namespace, name = split_tag(tag)
    prefix = PREFIXES.get(namespace)
    return f"{prefix}:{name}" if prefix else name
