"""What a real dom0 answered (Xen 4.17.7, Linux 6.1, iproute2 6.1), one exchange a file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Exchange:
    """One command as ``/bin/sh`` ran it, and its whole answer."""

    command: str
    stdout: str
    stderr: str
    status: int


def render(exchange: Exchange) -> str:
    asked = f"#command\n{exchange.command}\n"
    return f"{asked}#stdout\n{exchange.stdout}#stderr\n{exchange.stderr}#status\n{exchange.status}\n"


def read(name: str) -> Exchange:
    """The recorded exchange of this name, e.g. ``list-l-two-running``."""
    text = (FOLDER / f"{name}.txt").read_text()
    command, rest = text.removeprefix("#command\n").split("\n#stdout\n", 1)
    stdout, rest = ("\n" + rest).split("\n#stderr\n", 1)
    stderr, status = ("\n" + rest).rsplit("\n#status\n", 1)
    return Exchange(command, _text(stdout), _text(stderr), int(status))


def _text(part: str) -> str:
    """Without the newline put before it, and with the one that separated it from what follows."""
    return part[1:] + "\n" if part else ""
