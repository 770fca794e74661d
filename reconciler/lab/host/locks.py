"""Advisory file locks, as `flock` takes them on an open descriptor."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from reconciler.lab.host.call import Call


@dataclass(eq=False, slots=True)
class Session:
    """One shell: the file it has open as descriptor 9, and the lock it holds on it."""

    descriptor: str | None = None
    holds: str | None = None


class Locks:
    """Who holds which lock file of one host.  A lock ends with the session that took it."""

    def __init__(self) -> None:
        self._holders: dict[str, Session] = {}
        self._released = asyncio.Event()

    async def flock(self, session: Session, call: Call) -> int:
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
        try:
            await asyncio.wait_for(self._acquire(session, session.descriptor), wait_s)
        except TimeoutError:
            return 1
        return 0

    async def _acquire(self, session: Session, path: str) -> None:
        while self._holders.get(path) not in (None, session):
            await self._released.wait()
        self._holders[path] = session
        session.holds = path

    def release(self, session: Session) -> None:
        """Give up what the session holds, and wake those who wait."""
        if session.holds is not None and self._holders.get(session.holds) is session:
            del self._holders[session.holds]
        session.holds = None
        self._wake()

    def clear(self) -> None:
        """The host went down: nobody holds anything."""
        self._holders.clear()
        self._wake()

    def _wake(self) -> None:
        released, self._released = self._released, asyncio.Event()
        released.set()
