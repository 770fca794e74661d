"""One figure each: what was measured, how much it came to, and what it may come to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """``limit`` is the most that may be; with ``at_least`` the least.  Without a limit a figure only informs."""

    name: str
    value: float
    unit: str
    limit: float | None = None
    at_least: bool = False
    note: str = ""

    @property
    def missed(self) -> bool:
        if self.limit is None:
            return False
        return self.value < self.limit if self.at_least else self.value > self.limit


def render(title: str, figures: Iterable[Figure]) -> str:
    """A table for people."""
    rows = [(f.name, f"{_number(f.value)} {f.unit}".strip(), _verdict(f), f.note) for f in figures]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = [
        f"  {name:<{widths[0]}}  {value:>{widths[1]}}  {verdict:<{widths[2]}}  {note}".rstrip()
        for name, value, verdict, note in rows
    ]
    return "\n".join([title, *lines, ""])


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"


def _verdict(figure: Figure) -> str:
    if figure.limit is None:
        return ""
    sign = "≥" if figure.at_least else "≤"
    return f"{'MISSED' if figure.missed else 'ok'} ({sign} {_number(figure.limit)})"
