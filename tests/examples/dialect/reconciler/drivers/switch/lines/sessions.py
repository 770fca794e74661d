"""Sessions on the command line: a script for each request, in a session that the switch numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Protocol

from reconciler.drivers.switch.lines.dialect import Lines

from reconciler.drivers.switch.session import Store
from reconciler.model.errors import Rejected, Unreachable, Unreadable
from reconciler.transport.errors import HeldLock
from reconciler.transport.ssh import Reply

_DEADLINE_S = 30.0


class Shell(Protocol):
    """As ``SshPool``."""

    def run(self, host: str, script: str, *, deadline_s: float) -> Reply: ...


class LineSession:
    locks = ("configuration",)

    def __init__(self, shell: Shell, host: str) -> None:
        self._shell, self._host, self._held = shell, host, False
        self.alive = True
        opened = re.fullmatch(r"session ([0-9]+)\n", self._run("session open"))
        if opened is None:
            raise Unreadable(f"{host}: a session was opened without a number")
        self.id = opened[1]

    def lacks(self) -> tuple[str, ...]:
        return ()

    def lock(self, target: str) -> None:
        try:
            self._ask(f"lock {target}")
        except Rejected as error:
            holder = re.search(r"locked by session ([0-9]+)", str(error))
            if holder is None:
                raise
            raise HeldLock(str(error), holder[1]) from None
        self._held = True

    def unlock(self, target: str) -> None:
        if self._held:
            self._held = False
            self._ask(f"unlock {target}")

    def kill(self, session_id: str) -> None:
        self._ask(f"kill {session_id}")

    def read(self, store: Store, query: str) -> str:
        return self._ask(query)

    def discard(self) -> None:
        """There is no candidate."""

    def edit(self, edit: Lines) -> None:
        self._ask("configure", *edit.lines)

    def commit_on_trial(self, seconds: int) -> None:
        self._ask(f"trial {seconds}")

    def take_back(self) -> None:
        self._ask("revert")

    def save(self) -> None:
        self._ask("save")

    def confirm(self) -> None:
        self._ask("confirm")

    def close(self) -> None:
        self.alive = False

    def _ask(self, *lines: str) -> str:
        return self._run(f"session {self.id}", *lines)

    def _run(self, *lines: str) -> str:
        try:
            reply = self._shell.run(self._host, "".join(f"{line}\n" for line in lines), deadline_s=_DEADLINE_S)
        except Unreachable:
            self.alive = False
            raise
        if reply.status != 0:
            raise Rejected(f"{self._host}: {reply.stdout.strip()}")
        return reply.stdout


@dataclass(slots=True)
class LineSessions:
    shell: Shell
    _open: dict[str, LineSession] = field(default_factory=dict)
    _doubtful: dict[str, set[str]] = field(default_factory=dict)

    def session(self, host: str) -> LineSession:
        session = self._open.get(host)
        if session is None or not session.alive:
            session = self._open[host] = LineSession(self.shell, host)
        return session

    def drop(self, host: str, *, doubtful: bool) -> None:
        session = self._open.pop(host, None)
        if doubtful:
            self._doubtful.setdefault(host, set()).update([session.id] if session is not None else [])
        if session is not None:
            session.close()

    def doubtful(self, host: str) -> bool:
        return host in self._doubtful

    def settle(self, host: str) -> None:
        self._doubtful.pop(host, None)

    def given_up(self, host: str) -> frozenset[str]:
        return frozenset(self._doubtful.get(host, ()))
