"""SIGINT and SIGTERM as a request to a run to stop."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.runs.context import Stop

last: int = 0
"""The signal that came last; 0 before the first."""


def _ignore() -> None:
    pass


@contextmanager
def graceful(stop: Stop, also: Callable[[], None] = _ignore) -> Iterator[None]:
    """First SIGINT or SIGTERM: nothing more is started; second: the waits are abandoned, the journal stays open.

    ``also`` is told of every one.
    """

    def on_signal(number: int, frame: object) -> None:
        global last
        last = number
        also()
        if stop():
            os.write(2, b"abandoned; what was under way is in the journal, the next run looks at it first\n")
            os._exit(128 + number)
        stop.set()
        os.write(2, b"\nstopping: what is under way is finished, nothing more is started (again: abandon)\n")

    before = {number: signal.signal(number, on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def on_request(act: Callable[[], None]) -> None:
    """Have it done at every SIGINT and SIGTERM from now on, for a command that goes on by itself."""
    global last
    last = 0

    def on_signal(number: int, frame: object) -> None:
        global last
        last = number
        act()

    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, on_signal)
