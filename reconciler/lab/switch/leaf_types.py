"""The types of leaves: XML text in, canonical text out, or a refusal."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from reconciler.lab.switch.names import IF_TYPES, VLAN_TYPES

Prefixes = Mapping[str | None, str]
"""The namespaces in scope where the text stands, by prefix."""

ETHERNET_PORT = f"{{{IF_TYPES}}}ethernetCsmacd"
TPIDS = {f"{{{VLAN_TYPES}}}TPID_0X{code:04X}": code for code in (0x8100, 0x88A8, 0x9100, 0x9200)}


@dataclass(frozen=True, slots=True)
class LeafType:
    """``parse`` returns the canonical text and raises ValueError with the reason.

    The canonical text of an ``identity`` is ``{namespace}name``.
    """

    parse: Callable[[str, Prefixes], str]
    identity: bool = False


def whole_number(low: int, high: int) -> LeafType:
    def parse(text: str, _: Prefixes) -> str:
        if not re.fullmatch(r"[+-]?[0-9]{1,20}", text):
            raise ValueError(f"{text[:40]!r} is not a whole number")
        if not low <= int(text) <= high:
            raise ValueError(f"{int(text)} is outside {low}..{high}")
        return str(int(text))

    return LeafType(parse)


def text_up_to(length: int) -> LeafType:
    def parse(text: str, _: Prefixes) -> str:
        if len(text) > length:
            raise ValueError(f"longer than {length} characters")
        if re.search(r"[\x00-\x1f\x7f]", text):
            raise ValueError("control characters are not allowed")
        return text

    return LeafType(parse)


def one_of(*words: str) -> LeafType:
    def parse(text: str, _: Prefixes) -> str:
        if text not in words:
            raise ValueError(f"{text[:40]!r} is none of {', '.join(words)}")
        return text

    return LeafType(parse)


def identity_of(known: Collection[str]) -> LeafType:
    """An identityref; text without a prefix stands in the element's default namespace (RFC 7950 9.10.3)."""

    def parse(text: str, prefixes: Prefixes) -> str:
        prefix, colon, name = text.rpartition(":")
        namespace = prefixes.get(prefix if colon else None, "")
        identity = f"{{{namespace}}}{name}"
        if identity not in known:
            raise ValueError(f"{text[:80]!r} is no identity this switch supports here")
        return identity

    return LeafType(parse, identity=True)


VLAN_ID = whole_number(1, 4094)


def _parse_vlan_or_range(text: str, prefixes: Prefixes) -> str:
    if ".." not in text:
        return VLAN_ID.parse(text, prefixes)
    match = re.fullmatch(r"([1-9][0-9]{0,3})\.\.([1-9][0-9]{0,3})", text)
    if match is None:
        raise ValueError(f"{text[:40]!r} is no VLAN range")
    low, high = (int(VLAN_ID.parse(end, prefixes)) for end in match.groups())
    if low >= high:
        raise ValueError(f"the VLAN range {low}..{high} does not rise")
    return f"{low}..{high}"


VLAN_OR_RANGE = LeafType(_parse_vlan_or_range)
BOOLEAN = one_of("true", "false")
TEXT = text_up_to(255)
TPID = identity_of(TPIDS)
INTERFACE_TYPE = identity_of({ETHERNET_PORT})
