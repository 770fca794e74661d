"""The locks of a switch: to have them proves that no earlier session can still act."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from reconciler.drivers.switch.session import Session
from reconciler.model.errors import ReconcilerError
from reconciler.transport.errors import HeldLock


@contextmanager
def locked(session: Session[Any, Any, Any], dead: Collection[str]) -> Iterator[None]:
    """Hold all that the session has to lock.

    Args:
        dead: the ids of our own sessions that were given up, and that the switch may still believe in: one of them
            that has a lock is ended.  Nobody else's ever is.

    Raises:
        Locked: another session has one of them.
    """
    held: list[str] = []
    try:
        for target in session.locks:
            _lock(session, target, dead)
            held.append(target)
        yield
    finally:
        while held:
            unlock(session, held.pop())


def unlock(session: Session[Any, Any, Any], target: str) -> None:
    """A session that is gone holds no lock; one that cannot give it back is ended."""
    if not session.alive:
        return
    try:
        session.unlock(target)
    except ReconcilerError:
        session.close()


def prove_settled(session: Session[Any, Any, Any], dead: Collection[str]) -> None:
    """A barrier before reading: raises Locked while an earlier session may still be at work.  Changes nothing."""
    with locked(session, dead):
        pass


def _lock(session: Session[Any, Any, Any], target: str, dead: Collection[str]) -> None:
    try:
        session.lock(target)
    except HeldLock as error:
        if not _is_ours(error.holder, session.id, dead):
            raise
        session.kill(error.holder)
        session.lock(target)


def _is_ours(holder: str, session: str, dead: Collection[str]) -> bool:
    """Servers count their sessions: an id that is not before ours was given out anew, after a restart."""
    return holder in dead and holder.isdecimal() and session.isdecimal() and int(holder) < int(session)
