"""A document as YAML text that people review: stable order, one line per interface, switch and cable."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

Value = str | int | bool | Sequence["Value"] | Mapping[str, "Value"]
Fields = dict[str, Value]
"""A document, or a part of one, with the names and in the order in which it is written."""

_ON_ONE_LINE = frozenset({"metadata", "deployer", "vlans", "wan", "router"})
_ITEMS_ON_ONE_LINE = frozenset({"ranges", "interfaces", "switches", "links"})
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*\Z|[A-Za-z][A-Za-z0-9_.-]*/[A-Za-z0-9_./-]+\Z")
_PLAIN_NUMBERS = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3}){3}(/[0-9]{1,2})?\Z|[0-9]+[MGT]iB\Z")
_RESERVED = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf"})


def render_document(fields: Mapping[str, Value], comments: Sequence[str]) -> str:
    """The text of one document, comments first; ends with a newline."""
    head = [f"# {line}" if line else "#" for comment in comments for line in comment.splitlines() or [""]]
    return "\n".join([*head, *_block(fields, 0)]) + "\n"


def _block(fields: Mapping[str, Value], depth: int) -> Iterator[str]:
    indent = "  " * depth
    for key, value in fields.items():
        if isinstance(value, str | int) or key in _ON_ONE_LINE or not value:
            yield f"{indent}{key}: {_flow(value)}"
        else:
            yield f"{indent}{key}:"
            yield from _block(value, depth + 1) if isinstance(value, Mapping) else _items(key, value, depth + 1)


def _items(key: str, items: Sequence[Value], depth: int) -> Iterator[str]:
    indent = "  " * depth
    for item in items:
        if isinstance(item, Mapping) and item and key not in _ITEMS_ON_ONE_LINE:
            first, *rest = _block(item, depth + 1)
            yield f"{indent}- {first.lstrip()}"
            yield from rest
        else:
            yield f"{indent}- {_flow(item)}"


def _flow(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return _scalar(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(inner)}" for key, inner in value.items()) + "}"
    return "[" + ", ".join(map(_flow, value)) + "]"


def _scalar(text: str) -> str:
    """Plain where no reader can take it for anything but text; in double quotes otherwise."""
    if _PLAIN_NUMBERS.match(text) or (_PLAIN.match(text) and text.lower() not in _RESERVED):
        return text
    return '"' + "".join(map(_quoted, text)) + '"'


def _quoted(char: str) -> str:
    if char in '"\\':
        return "\\" + char
    return char if " " <= char <= "~" else f"\\U{ord(char):08x}"
