"""A diagnostic for people: the place, the line of the file, a mark under the word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.spec.text import printable

_WIDTH = 140
_SHOWN = 200
_SECRET = re.compile(r"""(?i)(\b\w*(?:password|passphrase|secret|token)["']?\s*:\s+)(?!secret://)[^\s].*""")
"""What stands behind such a key is not shown, wherever it stands: an excerpt ends up in a pipeline's log."""
_WORD = re.compile(r"""("|').*?\1|[^\s,\[\]{}]+|.""")


def render_text(diagnostics: Iterable[Diagnostic], files: Mapping[str, str]) -> str:
    """The first 200 diagnostics with their excerpts, a blank line between them, and a last line that counts all."""
    listed = list(diagnostics)
    errors = sum(d.severity is Severity.ERROR for d in listed)
    parts = [render_excerpt(d, files.get(d.span.file) if d.span else None) for d in listed[:_SHOWN]]
    if len(listed) > _SHOWN:
        parts.append(f"… and {len(listed) - _SHOWN} more\n")
    parts.append(f"{_count(errors, 'error')}, {_count(len(listed) - errors, 'warning')}\n")
    return "\n".join(parts)


def render_excerpt(diagnostic: Diagnostic, text: str | None) -> str:
    """One diagnostic; without its file's text there is no excerpt.  Nothing in it can act on a terminal."""
    place = f"{printable(str(diagnostic.span))}: " if diagnostic.span else ""
    lines = [f"{place}{diagnostic.severity} {diagnostic.code}: {printable(diagnostic.summary)}"]
    if diagnostic.span is not None and text is not None:
        lines += _source(text, diagnostic.span.line, diagnostic.span.column)
    if diagnostic.hint:
        lines.append(f"  = {printable(diagnostic.hint)}")
    return "\n".join(lines) + "\n"


def _source(text: str, line: int, column: int) -> list[str]:
    source = _lines(text)
    if line > len(source):
        return []
    whole = _SECRET.sub(r"\1***", source[line - 1])
    start = max(0, column - 1 - _WIDTH // 2) if len(whole) > _WIDTH else 0
    shown, before = whole[start : start + _WIDTH], whole[start : column - 1]
    word = _WORD.match(whole, column - 1)
    marked = word[0][: _WIDTH // 2] if word else " "
    gutter = " " * len(str(line))
    lead = _columns("…" if start else "") + _columns(before)
    tail = "…" if start + _WIDTH < len(whole) else ""
    return [
        f" {gutter} |",
        f" {line} | {'…' if start else ''}{printable(shown.expandtabs(1))}{tail}",
        f" {gutter} | {' ' * lead}{'^' * max(1, _columns(marked))}",
    ]


@lru_cache(maxsize=8)
def _lines(text: str) -> tuple[str, ...]:
    """Split once for all diagnostics of a file: there may be thousands."""
    return tuple(text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n"))


def _columns(text: str) -> int:
    """How many columns of a terminal ``printable(text)`` takes."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in printable(text.expandtabs(1))
    )


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
