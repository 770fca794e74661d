"""The end of the line: when the time is up the socket is shut down, and whatever waits on it ends by itself.

The libraries have waits without a time-out: for the answer to a channel request, for the end of a key exchange,
for a peer that does not read.  All of them end when the connection does.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from time import monotonic

_AFTER_S = 0.2
"""The waits that have a time-out end first, and say better what did not come."""


@dataclass(slots=True)
class CutOff:
    fired: bool = False


@contextmanager
def cut_off(sock: socket.socket, ends: float) -> Iterator[CutOff]:
    """Run what is within; when it is not over soon after ``ends`` (monotonic seconds), the connection is."""
    cut = CutOff()

    def shut_down() -> None:
        cut.fired = True
        with suppress(OSError):  # it was closed in this moment
            sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(max(0.0, ends - monotonic()) + _AFTER_S, shut_down)
    timer.daemon = True
    timer.start()
    try:
        yield cut
    finally:
        timer.cancel()
