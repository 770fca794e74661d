"""``<rpc-error>``: why the switch refuses, as values, and as XML."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from reconciler.lab.switch.names import PREFIXES, netconf


@dataclass(frozen=True, slots=True)
class RpcError:
    """``path`` is an XPath with the switch's own prefixes; ``info`` are the children of ``<error-info>``."""

    tag: str
    message: str
    type: str = "application"
    path: str = ""
    app_tag: str = ""
    info: tuple[tuple[str, str], ...] = ()


class RpcFailure(Exception):
    """The operation is refused, for one reason or several."""

    def __init__(self, *errors: RpcError) -> None:
        super().__init__("; ".join(f"{error.tag}: {error.message}" for error in errors))
        self.errors = errors


def refusal(tag: str, message: str, kind: str = "application", **info: str) -> RpcFailure:
    """One error without a path; ``info`` names are written with dashes for underscores."""
    return RpcFailure(RpcError(tag, message, kind, info=tuple((k.replace("_", "-"), v) for k, v in info.items())))


def render_error(error: RpcError) -> etree._Element:
    prefixes = {prefix: namespace for namespace, prefix in PREFIXES.items() if f"{prefix}:" in error.path}
    root = etree.Element(netconf("rpc-error"), nsmap=prefixes)
    _add(root, "error-type", error.type)
    _add(root, "error-tag", error.tag)
    _add(root, "error-severity", "error")
    if error.app_tag:
        _add(root, "error-app-tag", error.app_tag)
    if error.path:
        _add(root, "error-path", error.path)
    message = _add(root, "error-message", error.message)
    message.set("{http://www.w3.org/XML/1998/namespace}lang", "en")
    if error.info:
        info = _add(root, "error-info")
        for name, value in error.info:
            _add(info, name, value)
    return root


def _add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    element = etree.SubElement(parent, netconf(name))
    element.text = text
    return element
