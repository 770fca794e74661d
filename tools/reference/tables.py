"""The pages that are tables: diagnostic codes, exit codes, events."""

from __future__ import annotations

import re
from collections.abc import Mapping

from reconciler.cli.event_types import ENVELOPE, TYPES, Carried
from reconciler.cli.exits import TABLE, Exit
from reconciler.spec.codes import CODES
from tools.reference.text import page, table

_FAMILIES = {
    "1": "Text and YAML",
    "2": "Fields and values",
    "3": "References",
    "4": "Addresses, VLANs, cables",
    "5": "Numbers and capacity",
    "6": "The inventory",
    "7": "Names and images",
}


def render_codes() -> str:
    """Codes by their first digit; a family without a heading is an error of this page."""
    intro = (
        "Every problem in a document has a place (`file:line:column`) and one of these codes; all problems of all "
        "files are shown at once, and any of them is [exit code](exit-codes.md) 4. What an import finds (`I…`) is in "
        "[Import](../import.md)."
    )
    parts = [intro]
    for digit in sorted({code[1] for code in CODES}):
        rows = [(f"`{code}`", meaning) for code, meaning in sorted(CODES.items()) if code[1] == digit]
        parts.append(f"## {_FAMILIES[digit]}\n\n{table(('Code', 'It is'), rows)}")
    return page("Diagnostic codes", *parts)


def render_exits() -> str:
    meanings = dict(re.findall(r"^ *([0-9]+)  (.+)$", TABLE, re.MULTILINE))
    rows = [(str(int(code)), meanings[str(int(code))]) for code in Exit if str(int(code)) in meanings]
    after = (
        "A run ends with 5 when all that failed in it was refused, with 7 when all of it is another's or the lock was "
        "lost, and with 3 when it failed for several or for other reasons. Over several experiments any failure beats "
        "2, and 2 beats 0. A run that ends with 3, 7, 8, 130 or 143 is resumed by the same command."
    )
    return page("Exit codes", table(("Code", "Meaning"), rows), after)


def render_events() -> str:
    intro = (
        "`apply`, `destroy` and `watch` with `--events FILE` write one JSON object a line (`-` is standard output). "
        "Later 1.x versions may add types and fields; a reader passes over what it does not know. JSON Schema: "
        "`schemas/event.schema.json`."
    )
    parts = [intro, "## In every event", _fields(ENVELOPE)]
    for name, found in TYPES.items():
        parts.append(f"## `{name}`\n\n{found.meaning[0].upper()}{found.meaning[1:]}.")
        if found.fields:
            parts.append(_fields(found.fields))
    return page("Events", *parts)


def _fields(fields: Mapping[str, Carried]) -> str:
    rows = [
        (f"`{name}`", _type(carried), carried.meaning + ("" if carried.always else " (may be missing)"))
        for name, carried in fields.items()
    ]
    return table(("Field", "Type", "Meaning"), rows)


def _type(carried: Carried) -> str:
    if "enum" in carried.schema:
        return ", ".join(f"`{word}`" for word in carried.schema["enum"])
    return str(carried.schema["type"])
