"""The `grep` of a host: whole lines of one file against an extended regular expression, and nothing but an answer."""

from __future__ import annotations

import re

from reconciler.lab.host.call import Call
from reconciler.lab.host.files import FileError, FileTree

_OPTIONS = frozenset("qsvxE")
_NEEDED = frozenset("qxE")
_PLAIN = re.compile(r"(?:[A-Za-z0-9 :_.,/@%+=#-]|\[\^?[^\]\[\\]+\]|[()|*]|\{[0-9]+(?:,[0-9]*)?\})*\Z")
"""What of the expressions' language we are sure means the same to the real grep; a dot is any letter there too."""


def grep(files: FileTree, call: Call) -> int:
    """`grep -qxE[sv] PATTERN FILE`: 0 when a line is selected, 1 when none is, 2 when something is wrong."""
    words = [word for word in call.arguments if not word.startswith("-")]
    options = {letter for word in call.arguments if word.startswith("-") for letter in word[1:]}
    if len(words) != 2 or not _NEEDED <= options <= _OPTIONS or not _PLAIN.match(words[0]):
        return call.fail("grep: this host wants -qxE (and -s, -v), a plain pattern and a file", 2)
    pattern, path = words
    try:
        text = files.read(path).text
    except FileError as error:
        return 2 if "s" in options else call.fail(f"grep: {path}: {error}", 2)
    try:
        matches = [re.fullmatch(pattern, line) is not None for line in text.splitlines()]
    except re.error as error:
        return call.fail(f"grep: {error}", 2)
    return 0 if ("v" not in options) in matches else 1
