"""What a peer can do wrong before it has said anything of its protocol."""

from __future__ import annotations

import socket
import time
from functools import partial
from random import Random

from tests.campaigns.bad_peers.mode import DOWN, LOST_OR_NONSENSE, Mode, drip, flood, hold, reset

_NOISE = Random(1).randbytes(65536)  # the same noise each time


def modes(greeting: bytes) -> tuple[Mode, ...]:
    """``greeting`` is how a good peer begins."""
    return (
        Mode("closed port", None, DOWN),
        Mode("accepted, silent", hold, LOST_OR_NONSENSE),
        Mode("accepted, reset", reset, LOST_OR_NONSENSE),
        Mode("accepted, closed", lambda sock: None, LOST_OR_NONSENSE),
        Mode("greeting only", partial(_say_and_hold, greeting), LOST_OR_NONSENSE),
        Mode("half a greeting", partial(_say_and_hold, greeting[: len(greeting) // 2]), LOST_OR_NONSENSE),
        Mode("half a greeting, closed", partial(_say, greeting[: len(greeting) // 2]), LOST_OR_NONSENSE),
        Mode("greeting, 4 bytes/s", partial(_drip, greeting + b"x" * 200), LOST_OR_NONSENSE),
        Mode("noise", partial(_say_and_hold, _NOISE), LOST_OR_NONSENSE),
        Mode("noise without end", lambda sock: flood(sock, _NOISE), LOST_OR_NONSENSE),
        Mode("lines without end", lambda sock: flood(sock, b"not yet\r\n" * 4096), LOST_OR_NONSENSE),
        Mode("one line without end", lambda sock: flood(sock, b"x" * 65536), LOST_OR_NONSENSE),
        Mode("greeting, then noise", lambda sock: _greet_and_flood(sock, greeting), LOST_OR_NONSENSE),
        Mode("reset after the first words", partial(_listen_and_reset), LOST_OR_NONSENSE),
    )


def _say(text: bytes, sock: socket.socket) -> None:
    sock.sendall(text)


def _say_and_hold(text: bytes, sock: socket.socket) -> None:
    sock.sendall(text)
    hold(sock)


def _drip(text: bytes, sock: socket.socket) -> None:
    drip(sock, text)


def _greet_and_flood(sock: socket.socket, greeting: bytes) -> None:
    sock.sendall(greeting)
    flood(sock, _NOISE)


def _listen_and_reset(sock: socket.socket) -> None:
    sock.recv(65536)
    time.sleep(0.05)
    reset(sock)
