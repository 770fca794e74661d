"""Where in a JSON text a value stands.  Pure; read again only for the few values we complain about."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

Step = str | int
"""A key of an object, or an index of a list."""

_TOKEN = re.compile(r'[\s]*(?:(?P<mark>[\[\]{},:])|(?P<string>"(?:[^"\\]|\\.)*")|(?P<scalar>[^\s\[\]{},:"]+))')


def locate(text: str, path: Sequence[Step]) -> tuple[int, int]:
    """Line and column, from 1, of the value at ``path``; of its nearest enclosing value when there is none."""
    return _line_and_column(text, _offset(text, tuple(path)))


def _offset(text: str, path: tuple[Step, ...]) -> int:
    found, best = 0, -1
    frames: list[list[Step | None]] = []  # per open container: the key or index being read, None before a key
    for match in _TOKEN.finditer(text):
        mark, string = match["mark"], match["string"]
        if mark in ("}", "]"):
            if frames:
                frames.pop()
        elif mark == ",":
            if frames:
                last = frames[-1][0]
                frames[-1][0] = last + 1 if isinstance(last, int) else None
        elif string is not None and frames and frames[-1][0] is None:
            frames[-1][0] = json.loads(string)
        elif mark != ":":
            here = tuple(frame[0] for frame in frames)
            if len(here) > best and here == path[: len(here)]:
                found, best = match.end() - len(match[match.lastgroup or 0]), len(here)
                if best == len(path):
                    break
            if mark is not None:
                frames.append([0 if mark == "[" else None])
    return found


def _line_and_column(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset) + 1, offset - (text.rfind("\n", 0, offset) + 1) + 1
