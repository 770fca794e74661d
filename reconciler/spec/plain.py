"""Unquoted words to values: YAML 1.2's core schema, less all that people and other readers take for something else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Misread:
    """A word that readers disagree about; ``summary`` and ``hint`` as in a diagnostic."""

    code: str
    summary: str
    hint: str


_WORDS: Final[Mapping[str, bool | None]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_OLD_TRUE = ("y", "Y", "yes", "Yes", "YES", "on", "On", "ON")
_OLD_FALSE = ("n", "N", "no", "No", "NO", "off", "Off", "OFF")
_OLD_BOOLEANS: Final[Mapping[str, str]] = {**dict.fromkeys(_OLD_TRUE, "true"), **dict.fromkeys(_OLD_FALSE, "false")}

_MAX_DIGITS = 15  # what every JSON reader keeps exactly
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)\Z")
_BASE_60 = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-9]+)+(?:\.[0-9_]*)?\Z")
_OTHER_BASE = re.compile(r"[-+]?(?:0[0-9_]+|0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|[1-9][0-9]*(?:_[0-9]*)+)\Z")
_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt ].*)?\Z")
_FLOAT = re.compile(
    r"[-+]?(?:(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z"
)


def resolve(word: str) -> str | int | bool | Misread | None:
    """What an unquoted word means."""
    if word in _WORDS:
        return _WORDS[word]
    if word[0] in "0123456789+-.":
        return _resolve_number(word)
    if word in _OLD_BOOLEANS:
        return Misread(
            "S112",
            f'"{word}" is a boolean to some readers and text to others',
            f'write {_OLD_BOOLEANS[word]}, or quote it: "{word}"',
        )
    return word


def _resolve_number(word: str) -> str | int | Misread:
    if _INTEGER.match(word):
        if len(word) <= _MAX_DIGITS:
            return int(word)
        return Misread("S117", f"a number of {len(word)} digits is too long", "if it is text, quote it")
    if _BASE_60.match(word):
        return Misread("S113", "digits and colons are a number in base 60 to some readers", f'quote it: "{word[:40]}"')
    if _OTHER_BASE.match(word):
        return Misread(
            "S114", "readers disagree about the value of this number", "write it in plain decimal, or quote it"
        )
    if _DATE.match(word):
        return Misread("S115", "this is a date to some readers and text to others", f'quote it: "{word[:40]}"')
    if _FLOAT.match(word):
        return Misread(
            "S116",
            "numbers with a fraction or an exponent are not allowed",
            "write a whole number with its unit, as 1536MiB; if it is text, quote it",
        )
    return word
