"""One way in which a peer is bad, and what a call on it may end as."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

Serve: TypeAlias = Callable[[socket.socket], None]
"""What the peer does on one connection; the connection is closed afterwards."""

ANSWER = "an answer"
DOWN = frozenset({"Unreachable"})
"""Nothing was sent."""
LOST = frozenset({"Unreachable", "Interrupted"})
NONSENSE = frozenset({"Unreadable"})
LOST_OR_NONSENSE = LOST | NONSENSE
UNTRUSTED = frozenset({"Untrusted"})
REFUSED = frozenset({"Rejected", "Refused", "KadeployError", "RpcRejected"})
ANSWERED = frozenset({ANSWER})

PATIENCE_S = 20.0
"""Longer than any call under test may take: who is held up so long has been forgotten."""


@dataclass(frozen=True, slots=True)
class Mode:
    """``serve`` is None for a port on which nobody listens.

    ``late`` modes are good until the call under test: they need a session that is already open.
    """

    name: str
    serve: Serve | None
    may_end: frozenset[str]
    late: bool = False


def hold(sock: socket.socket) -> None:
    """Say nothing and take nothing, until the other side is gone or nobody can be waiting any more."""
    del sock
    time.sleep(PATIENCE_S)


def reset(sock: socket.socket) -> None:
    """Close so that the other side sees RST, not FIN."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    sock.close()


def flood(sock: socket.socket, piece: bytes) -> None:
    """The same, for ever, as fast as it is taken."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        sock.sendall(piece)


def drip(sock: socket.socket, data: bytes, pause_s: float = 0.25) -> None:
    """One byte after the other, slowly: each is sooner than any time-out of a single read."""
    for index in range(len(data)):
        sock.sendall(data[index : index + 1])
        time.sleep(pause_s)
