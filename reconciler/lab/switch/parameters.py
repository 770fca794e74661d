"""What an ``<rpc>`` carries: its parameters, checked, as values."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from lxml import etree

from reconciler.lab.switch.names import NETCONF, WITH_DEFAULTS, local, netconf, split_tag
from reconciler.lab.switch.rpc_error import refusal
from reconciler.lab.switch.stores import Store

E = TypeVar("E", bound=StrEnum)
MAX_SECONDS = 2**32 - 1


def require_known(operation: etree._Element, *names: str) -> None:
    """Refuse parameters that the operation does not have; the namespace is part of the name."""
    for child in operation:
        if str(child.tag) not in {name if name.startswith("{") else netconf(name) for name in names}:
            namespace, name = split_tag(str(child.tag))
            if namespace not in (NETCONF, WITH_DEFAULTS):
                info = {"bad_element": name, "bad_namespace": namespace}
                raise refusal("unknown-namespace", f"{name} of {namespace!r} is not known", "protocol", **info)
            message = f"{local(str(operation.tag))} has no parameter {name}"
            raise refusal("unknown-element", message, "protocol", bad_element=name)


def required(operation: etree._Element, name: str) -> etree._Element:
    element = operation.find(netconf(name))
    if element is None:
        message = f"{local(str(operation.tag))} needs {name}"
        raise refusal("missing-element", message, "protocol", bad_element=name)
    return element


def text_of(operation: etree._Element, name: str) -> str | None:
    """The parameter's text without blanks around it; None when it is not given."""
    element = operation.find(netconf(name))
    return None if element is None else (element.text or "").strip()


def store_of(holder: etree._Element) -> Store:
    """The datastore named inside ``<source>`` or ``<target>``."""
    only = holder[0] if len(holder) == 1 else None
    namespace, name = split_tag(str(only.tag)) if only is not None else ("", "")
    if namespace != NETCONF or name not in set(Store):
        message = f"{local(str(holder.tag))} names one of {', '.join(Store)}"
        raise refusal("invalid-value", message, "protocol", bad_element=name or local(str(holder.tag)))
    return Store(name)


def word_of(operation: etree._Element, name: str, words: type[E], default: E) -> E:
    text = text_of(operation, name)
    if text is None:
        return default
    try:
        return words(text)
    except ValueError:
        message = f"{name} is one of {', '.join(words)}"
        raise refusal("invalid-value", message, "protocol", bad_element=name) from None


def seconds_of(operation: etree._Element, name: str, default: int) -> int:
    text = text_of(operation, name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:20]) <= MAX_SECONDS):
        raise refusal("invalid-value", f"{name} is 1..{MAX_SECONDS} seconds", "protocol", bad_element=name)
    return int(text)
