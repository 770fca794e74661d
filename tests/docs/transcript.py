"""Reads the ``console`` blocks of a page: commands, and what they are said to print."""

from __future__ import annotations

import re
from dataclasses import dataclass

_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Exchange:
    """``expected`` are lines; `…` is any text, alone on a line any lines or none."""

    command: str
    expected: tuple[str, ...]


def exchanges(page: str) -> list[Exchange]:
    found: list[Exchange] = []
    for block in _BLOCK.findall(page):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append(Exchange(line[2:], ()))
            else:
                found[-1] = Exchange(found[-1].command, (*found[-1].expected, line))
    return found


def agrees(expected: tuple[str, ...], printed: str) -> bool:
    """Whether what was printed is what was said; blanks in a row count as one."""
    pattern = "".join(
        r"(?:.*\n)*?" if line == "…" else re.escape(_blanks(line)).replace("…", ".*") + "\n" for line in expected
    )
    return re.fullmatch(pattern, "".join(f"{_blanks(line)}\n" for line in printed.splitlines())) is not None


def _blanks(line: str) -> str:
    return re.sub(" +", " ", line).strip()
