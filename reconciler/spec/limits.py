"""How much text we are ready to read; every input has a limit."""

from __future__ import annotations

from dataclasses import dataclass

KIB = 1024
DEFAULT_BYTES = 256 * KIB
DEFAULT_NODES = 20_000


@dataclass(frozen=True, slots=True)
class Limits:
    """``file_bytes`` bounds one file, ``nodes`` its keys and values together, ``depth`` their nesting."""

    file_bytes: int = DEFAULT_BYTES
    depth: int = 32
    nodes: int = DEFAULT_NODES

    @classmethod
    def for_bytes(cls, file_bytes: int) -> Limits:
        """Limits for larger (or smaller) files: the number of values grows with the size, the depth does not."""
        return cls(file_bytes=file_bytes, nodes=max(DEFAULT_NODES, DEFAULT_NODES * file_bytes // DEFAULT_BYTES))
