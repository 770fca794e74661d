"""What devices send, as text and as JSON: never more memory or time than the bytes of it warrant.  Pure."""

from __future__ import annotations

import json
from typing import Any

MOST_VALUES = 200_000
"""A site of 10,000 nodes has half as many in its longest list; a hostile reply turns each byte of it into 30."""
_FEW = 1000


def decode(data: bytes | bytearray) -> str:
    """UTF-8; what is not shows as ``\\xNN``, or, where it is more than a slip, as U+FFFD."""
    text = data.decode("utf-8", errors="replace")
    slips = text.count("\ufffd")
    if not slips or slips > _FEW:  # to escape each of millions takes seconds
        return text
    return data.decode("utf-8", errors="backslashreplace")


def parse_json(text: str) -> Any:
    """Read one JSON value.

    Raises:
        ValueError: it is none, or nested too deep, or of too many values.
    """
    if text.count(",") + text.count("[") + text.count("{") > MOST_VALUES:
        raise ValueError(f"more than {MOST_VALUES} values")
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested too deep") from None
