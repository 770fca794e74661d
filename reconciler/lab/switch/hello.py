"""The hellos: what the switch says it can do, and what it needs to hear."""

from __future__ import annotations

from typing import Final

from lxml import etree

from reconciler.lab.switch.names import ETHERNET, INTERFACES, NETCONF, VLAN, netconf
from reconciler.lab.switch.wire import make_element

BASE_1_0: Final = "urn:ietf:params:netconf:base:1.0"
BASE_1_1: Final = "urn:ietf:params:netconf:base:1.1"
_CAPABILITY: Final = "urn:ietf:params:netconf:capability"
_MODULES: Final = "http://openconfig.net/yang"
CAPABILITIES: Final = (
    BASE_1_0,
    BASE_1_1,
    f"{_CAPABILITY}:candidate:1.0",
    f"{_CAPABILITY}:confirmed-commit:1.1",
    f"{_CAPABILITY}:validate:1.1",
    f"{_CAPABILITY}:rollback-on-error:1.0",
    f"{_CAPABILITY}:startup:1.0",
    f"{_CAPABILITY}:notification:1.0",
    f"{_CAPABILITY}:interleave:1.0",
    f"{_CAPABILITY}:with-defaults:1.0?basic-mode=explicit",
    f"{INTERFACES}?module=openconfig-interfaces&revision=2026-01-06",
    f"{ETHERNET}?module=openconfig-if-ethernet&revision=2026-06-22",
    f"{VLAN}?module=openconfig-vlan&revision=2023-02-07",
    f"{_MODULES}/vlan-types?module=openconfig-vlan-types&revision=2022-05-24",
    "urn:ietf:params:xml:ns:yang:ietf-netconf-notifications?module=ietf-netconf-notifications&revision=2012-02-06",
    "urn:ietf:params:xml:ns:yang:ietf-netconf-with-defaults?module=ietf-netconf-with-defaults&revision=2011-06-01",
)


class BadHello(ValueError):
    """The peer did not introduce itself as RFC 6241 8.1 asks; the session ends without a word."""


def build_hello(session_id: int) -> etree._Element:
    hello = make_element(netconf("hello"), {None: NETCONF})
    capabilities = etree.SubElement(hello, netconf("capabilities"))
    for capability in CAPABILITIES:
        etree.SubElement(capabilities, netconf("capability")).text = capability
    etree.SubElement(hello, netconf("session-id")).text = str(session_id)
    return hello


def read_hello(hello: etree._Element) -> bool:
    """Whether the peer speaks base:1.1, and thus chunks.

    Raises:
        BadHello: no hello, a session-id in it, or no version in common.
    """
    if hello.tag != netconf("hello"):
        raise BadHello(f"{hello.tag} instead of a hello")
    if hello.find(netconf("session-id")) is not None:
        raise BadHello("a client's hello has no session-id")
    spoken = {(element.text or "").strip() for element in hello.iter(netconf("capability"))}
    if not spoken & {BASE_1_0, BASE_1_1}:
        raise BadHello("no NETCONF version in common")
    return BASE_1_1 in spoken
