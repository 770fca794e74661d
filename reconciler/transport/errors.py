"""What can go wrong on the way to a device, finer than ``Unreachable``."""

from __future__ import annotations

from reconciler.model.errors import Locked, Unreachable


class Untrusted(Unreachable):
    """No key is pinned, the device showed another, or it refuses ours.  Nothing was sent."""

    retryable = False


class Interrupted(Unreachable):
    """The link broke, or the time was up, after the request left: it may have been carried out, or may still be."""


class HeldLock(Locked):
    """Another session has the lock; ``holder`` is its id, empty where the device does not tell."""

    def __init__(self, message: str, holder: str = "") -> None:
        super().__init__(message)
        self.holder = holder
