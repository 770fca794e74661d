"""``get`` and ``get-config``: configuration and simple state, through a subtree filter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lxml import etree

from reconciler.lab.switch.effective import PortState
from reconciler.lab.switch.leaf_types import ETHERNET_PORT
from reconciler.lab.switch.names import IF_TYPES, INTERFACES, WITH_DEFAULTS, interfaces, local, netconf
from reconciler.lab.switch.render import Order, render_tree
from reconciler.lab.switch.rpc_error import refusal
from reconciler.lab.switch.subtree import select
from reconciler.lab.switch.tree import Branch
from reconciler.lab.switch.wire import make_element

_WITH_DEFAULTS = f"{{{WITH_DEFAULTS}}}with-defaults"
READ_PARAMETERS = ("filter", _WITH_DEFAULTS)


def read_config(operation: etree._Element, tree: Branch, order: Order) -> etree._Element:
    """``<data>`` of a get-config."""
    _require_explicit(operation)
    return _filtered(operation, render_tree(tree, order, netconf("data")))


def read_state(
    operation: etree._Element, tree: Branch, order: Order, states: Mapping[str, PortState]
) -> etree._Element:
    """``<data>`` of a get: running, and for every physical port, configured or not, its state."""
    _require_explicit(operation)
    data = render_tree(tree, order, netconf("data"))
    configured = {port.findtext(interfaces("name")) or "": port for port in data.iter(interfaces("interface"))}
    container = make_element(interfaces("interfaces"), {None: INTERFACES})
    for index, (name, state) in enumerate(states.items(), 1):
        container.append(_with_state(configured.get(name), name, index, state))
    fresh = make_element(netconf("data"), {})
    fresh.append(container)
    return _filtered(operation, fresh)


def _with_state(port: etree._Element | None, name: str, index: int, state: PortState) -> etree._Element:
    if port is None:
        port = etree.Element(interfaces("interface"))
        etree.SubElement(port, interfaces("name")).text = name
    element = make_element(interfaces("state"), {"ianaift": IF_TYPES})
    status = "UP" if state.up else "DOWN"
    leaves: Sequence[tuple[str, str]] = (
        ("name", name),
        ("type", f"ianaift:{local(ETHERNET_PORT)}"),
        ("enabled", "true" if state.up else "false"),
        ("ifindex", str(index)),
        ("admin-status", status),
        ("oper-status", status),
    )
    for leaf, text in leaves:
        etree.SubElement(element, interfaces(leaf)).text = text
    config = port.find(interfaces("config"))
    port.insert(1 if config is None else 2, element)
    return port


def _filtered(operation: etree._Element, data: etree._Element) -> etree._Element:
    chosen = operation.find(netconf("filter"))
    if chosen is None:
        return data
    kind = chosen.get("type", chosen.get(netconf("type"), "subtree"))
    if kind != "subtree":
        tag = "operation-not-supported" if kind == "xpath" else "bad-attribute"
        info = {"bad_attribute": "type", "bad_element": "filter"} if tag == "bad-attribute" else {}
        raise refusal(tag, f"filters of type {kind[:20]!r} are not supported; use subtree", "protocol", **info)
    return select(data, chosen)


def _require_explicit(operation: etree._Element) -> None:
    """Only what was set is reported; the other modes of RFC 6243 are not supported."""
    mode = operation.findtext(_WITH_DEFAULTS)
    if mode is not None and mode.strip() != "explicit":
        message = "this switch supports with-defaults explicit only"
        raise refusal("invalid-value", message, "protocol", bad_element="with-defaults")
