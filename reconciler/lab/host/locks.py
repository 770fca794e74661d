"""Advisory file locks, as `flock` takes them on an open descriptor."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from reconciler.lab.host.call import Call


@dataclass(eq=False, slots=True)
class LockSession:
    """One shell: the file it has open as descriptor 9, and the lock it holds on it."""

    descriptor: str | None = None
    holds: str | None = None


class Locks:
    """Who holds which lock file of one host.

    A lock ends with the last process that has the descriptor: the session that took it, and every daemon that
    inherited it.  Daemons go by number, that of the domain they watch.
    """

    def __init__(self) -> None:
        self._holders: dict[str, set[LockSession | int]] = {}
        self._released = asyncio.Event()

    async def flock(self, session: LockSession, call: Call) -> int:
        """`flock [-n | -w SECONDS] 9`: 1 when somebody else has it, after waiting so long."""
        match call.arguments:
            case ("-n", "9"):
                wait_s: float | None = 0.0
            case ("-w", seconds, "9") if seconds.replace(".", "", 1).isdecimal():
                wait_s = float(seconds)
            case ("9",):
                wait_s = None
            case _:
                return call.fail("flock: requires -n, -w SECONDS or nothing, and descriptor 9", 64)
        if session.descriptor is None:
            return call.fail("flock: 9: Bad file descriptor", 65)
        if wait_s == 0 and self._taken(session, session.descriptor):
            return 1
        try:
            await asyncio.wait_for(self._acquire(session, session.descriptor), wait_s or None)
        except TimeoutError:
            return 1
        return 0

    async def _acquire(self, session: LockSession, path: str) -> None:
        while self._taken(session, path):
            await self._released.wait()
        self._holders.setdefault(path, set()).add(session)
        session.holds = path

    def _taken(self, session: LockSession, path: str) -> bool:
        """Whether others have it; what one's own daemons inherited is one's own as well."""
        return session.holds != path and bool(self._holders.get(path))

    def inherit(self, session: LockSession, daemon: int) -> None:
        """A daemon that the session started keeps what the session holds."""
        if session.holds is not None:
            self._holders[session.holds].add(daemon)

    def keep_only(self, daemons: set[int]) -> None:
        """The other daemons have ended."""
        for path, holders in list(self._holders.items()):
            self._drop(path, {holder for holder in holders if isinstance(holder, int) and holder not in daemons})

    def release(self, session: LockSession) -> None:
        """Give up what the session holds, and wake those who wait."""
        if session.holds is not None:
            self._drop(session.holds, {session})
        session.holds = None

    def _drop(self, path: str, leaving: set[LockSession | int]) -> None:
        holders = self._holders.get(path, set())
        holders -= leaving
        if not holders:
            self._holders.pop(path, None)
            self._wake()

    def clear(self) -> None:
        """The host went down: nobody holds anything."""
        self._holders.clear()
        self._wake()

    def _wake(self) -> None:
        released, self._released = self._released, asyncio.Event()
        released.set()
