"""What happened, line by line, and one hash over all of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable


class Trace:
    """Lines are JSON lists: virtual time, what, and whatever tells it apart.  KeptGeneration only when asked for."""

    def __init__(self, now: Callable[[], float], keep: bool = False) -> None:
        self._now, self._keep = now, keep
        self._hash = hashlib.sha256()
        self.lines: list[str] = []

    def note(self, what: str, *details: str) -> None:
        line = (
            json.dumps([round(self._now(), 3), what, *details]) if self._keep else f"{self._now()!r} {what} {details}"
        )
        if self._keep:
            self.lines.append(line)
            line = f"{self._now()!r} {what} {details}"
        self._hash.update(line.encode())

    def digest(self) -> str:
        return self._hash.hexdigest()
