"""One run of one command: what it was given, and where its text goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Call:
    """``arguments`` are without the command's own name; ``say`` and ``complain`` write to stdout and stderr."""

    arguments: tuple[str, ...]
    stdin: str
    say: Callable[[str], None]
    complain: Callable[[str], None]

    def fail(self, text: str, status: int = 1) -> int:
        """Print a line to stderr and give the exit status back, to be returned."""
        self.complain(text + "\n")
        return status
