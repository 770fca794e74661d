"""Bytes to text, and text fit to be read: no control characters, and none that turn the reading direction."""

from __future__ import annotations

import re

from reconciler.model.diagnostic import Diagnostic, Span
from reconciler.model.errors import SpecError

# C0 but tab and line ends, DEL, C1, zero-width and direction marks, line and paragraph separators (lines to a parser
# and not to an editor), byte-order mark, lone surrogates, non-characters.
_UNFIT = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\ufffe\uffff"
)
_UNFIT_IN_FILE = re.compile(f"[{_UNFIT}]")
_UNFIT_IN_VALUE = re.compile(f"[{_UNFIT}\r]")


def decode(data: bytes, file: str) -> str:
    """Read UTF-8, with or without a byte-order mark.

    Raises:
        SpecError: naming the line and column of the first byte that is not UTF-8.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        raise SpecError(
            (
                Diagnostic(
                    "S120",
                    f"byte 0x{data[error.start]:02x} is not UTF-8",
                    locate(before, len(before), file),
                    "save the file as UTF-8",
                ),
            )
        ) from None


def locate(text: str, index: int, file: str) -> Span:
    """The line and column of the character at ``index``."""
    before = text[:index].replace("\r\n", "\n").replace("\r", "\n")
    return Span(file, before.count("\n") + 1, len(before) - before.rfind("\n"))


def find_unfit(text: str, file: str) -> Diagnostic | None:
    """The first character that must not stand in a file."""
    match = _UNFIT_IN_FILE.search(text)
    if match is None:
        return None
    return Diagnostic(
        "S102",
        f"character U+{ord(match[0]):04X} is not allowed",
        locate(text, match.start(), file),
        "delete it; it is invisible in most editors",
    )


def unfit_in_value(value: str) -> str | None:
    """The first character that must not stand in a value, e.g. from an escape such as ``\\e``."""
    match = _UNFIT_IN_VALUE.search(value)
    return match[0] if match else None


def without_unfit(value: str) -> str:
    return _UNFIT_IN_VALUE.sub("?", value)


def escape(text: str) -> str:
    """Control, direction and zero-width characters made visible: devices and guests may send anything.  Lines stay."""
    return _UNFIT_IN_VALUE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def printable(text: str) -> str:
    """Text with nothing in it that a terminal acts on or an eye cannot see; one line."""
    return "".join(c if c.isprintable() and not _UNFIT_IN_VALUE.match(c) else f"\\u{ord(c):04x}" for c in text)


def quote(value: object, limit: int = 60) -> str:
    """A value as it may stand in a message: in quotes, on one line, and not endless."""
    text = str(value)
    return f'"{printable(text[:limit])}…"' if len(text) > limit else f'"{printable(text)}"'
