"""What a hostile author writes where a name is meant, and a walk over every text of a document."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

PAYLOADS = (
    "; touch /tmp/x",
    "$(touch /tmp/x)",
    "`touch /tmp/x`",
    "a\ntouch /tmp/x",
    "a\r\nb",
    "-oProxyCommand=touch",
    "--help",
    "a'b",
    'a"b',
    "a\\b",
    "a,script=/tmp/x",
    'x"; device_model_override="/tmp/evil',
    "*?[a-z]",
    "~root",
    "../../etc/shadow",
    "/../etc/shadow",
    "a\x00b",
    "a\x1b[31mb",
    "a\u202eb",
    "]]>]]>",
    "<![CDATA[x]]>",
    "<!-- x -->",
    '"><x xmlns="urn:x"/>',
    "&amp;",
    "XR_END",
    "#end",
    "a b",
    "a\n",
    "x" * 10_000,
    "%s%n",
    "{address.__class__}",
    "é",
    "а",
)
"""Shells, options, xl's two levels, paths, terminals, NETCONF, our own markers, formats, letters that look alike."""

Path = tuple[str | int, ...]


def texts_in(value: Any, path: Path = ()) -> Iterator[Path]:
    """Where there are texts in parsed YAML: values and keys of mappings of free names."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from texts_in(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from texts_in(item, (*path, index))
    elif isinstance(value, str):
        yield path


def replaced(document: Any, path: Path, text: str) -> Any:
    """The document with another text in one place."""
    changed = copy.deepcopy(document)
    place = changed
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = text
    return changed
