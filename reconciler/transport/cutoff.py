"""The end of the line: when the time is up the socket is shut down, and whatever waits on it ends by itself.

The libraries have waits without a time-out: for the answer to a channel request, for the end of a key exchange,
for a peer that does not read.  All of them end when the connection does.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from time import monotonic

THREAD = "deadlines"
_AFTER_S = 0.2
"""The waits that have a time-out end first, and say better what did not come."""
_IDLE_S = 1.0


@dataclass(slots=True)
class CutOff:
    """``peer`` is None once the call is over."""

    peer: socket.socket | None
    fired: bool = False

    def fire(self) -> None:
        if (peer := self.peer) is not None:
            self.fired = True
            with suppress(OSError):  # it was closed in this moment
                peer.shutdown(socket.SHUT_RDWR)


@dataclass(slots=True)
class _Clock:
    """One thread for all deadlines, as long as there are any: a timer's thread for each call costs 20 times as much."""

    due: list[tuple[float, int, CutOff]] = field(default_factory=list)
    turns: Iterator[int] = field(default_factory=count)
    changed: threading.Condition = field(default_factory=threading.Condition)
    runs: bool = False

    def add(self, when: float, cut: CutOff) -> None:
        with self.changed:
            heappush(self.due, (when, next(self.turns), cut))
            if not self.runs:
                self.runs = True
                threading.Thread(target=self._run, name=THREAD, daemon=True).start()
            elif self.due[0][2] is cut:
                self.changed.notify()

    def _run(self) -> None:
        with self.changed:
            while self._drop_over() or self.changed.wait(_IDLE_S):
                if self._drop_over() and not self.changed.wait(max(0.0, self.due[0][0] - monotonic())):
                    while self.due and self.due[0][0] <= monotonic():
                        heappop(self.due)[2].fire()
            self.runs = False

    def _drop_over(self) -> bool:
        """Forget the calls at the head that are over; whether any is left."""
        while self.due and self.due[0][2].peer is None:
            heappop(self.due)
        return bool(self.due)


_clock = _Clock()


def _start_anew() -> None:
    global _clock
    _clock = _Clock()


os.register_at_fork(after_in_child=_start_anew)  # the child has our deadlines, and not the thread


@contextmanager
def cut_off(sock: socket.socket, ends: float) -> Iterator[CutOff]:
    """Run what is within; when it is not over soon after ``ends`` (monotonic seconds), the connection is."""
    cut = CutOff(sock)
    _clock.add(ends + _AFTER_S, cut)
    try:
        yield cut
    finally:
        cut.peer = None
