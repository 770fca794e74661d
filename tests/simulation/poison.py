"""While the simulated world runs, nobody may ask the real one for time, chance, a socket or a thread."""

from __future__ import annotations

import os
import random
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

_FORBIDDEN: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (time, ("time", "monotonic", "time_ns", "monotonic_ns", "perf_counter", "sleep")),
    (random, ("random", "randint", "randrange", "choice", "shuffle", "sample", "uniform")),
    (os, ("urandom", "getpid", "kill")),
    (uuid, ("uuid1", "uuid4")),
    (socket, ("socket", "create_connection", "gethostname")),
    (threading.Thread, ("start",)),
)


class Poisoned(AssertionError):
    """Something in the simulated world reached for the real one."""


@contextmanager
def poisoned() -> Iterator[None]:
    kept = [(owner, name, getattr(owner, name)) for owner, names in _FORBIDDEN for name in names]
    for owner, name, _ in kept:
        setattr(owner, name, _trap(f"{getattr(owner, '__name__', owner)}.{name}"))
    try:
        yield
    finally:
        for owner, name, real in kept:
            setattr(owner, name, real)


def _trap(name: str) -> Any:
    def trap(*args: object, **kwargs: object) -> NoReturn:
        raise Poisoned(f"{name} was called inside the simulation; time, chance and I/O come from it alone")

    return trap
