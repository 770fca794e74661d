"""Holding an experiment for one run: take the lock, say all the while that the run lives, give it up."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from reconciler.cli.output import say
from reconciler.model.errors import Locked, Refused
from reconciler.wiring import Context

BEAT_S = 20.0
"""Well below the silence after which another run takes the lock over."""


@contextmanager
def locked(context: Context, experiment: str, run: str, timeout_s: float) -> Iterator[None]:
    """Raises Locked: another run still holds the experiment after ``timeout_s``."""
    until = time.monotonic() + timeout_s
    while True:
        try:
            context.store.lock(experiment, run)
            break
        except Locked:
            if time.monotonic() >= until:
                raise
            context.stop.pause(0.2)
    over = threading.Event()
    beating = threading.Thread(target=_beat, args=(context, experiment, run, over), name="beat", daemon=True)
    beating.start()
    try:
        yield
    finally:
        over.set()
        beating.join()
        context.stop.forget()
        context.store.unlock(experiment, run)


def _beat(context: Context, experiment: str, run: str, over: threading.Event) -> None:
    """Imaging takes minutes in which nothing is written: without a beat the run would seem dead."""
    while not over.wait(BEAT_S):
        try:
            context.store.beat(experiment, run)
        except (Locked, Refused) as error:
            say(str(error))
            context.stop.set(error)
            return
