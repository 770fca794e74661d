"""The command line, killed or stopped at an exact moment: ``python -m tests.campaigns.dying MOMENT COMMAND…``."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from reconciler.store.database import Database

_TRANSACTION = Database.transaction
_SEND = socket.socket.send


def main() -> None:
    """MOMENT is ``before-commit:N``, ``after-commit:N``, ``after-send:N``, or ``count:FILE``, which kills nobody.

    The N-th durable write of the store, or the N-th message on any connection; FILE gets how many there were.
    ``stop-after-commit:N`` stops the process (SIGSTOP), for others to go on meanwhile.
    """
    sort, _, word = sys.argv[1].partition(":")
    sys.argv = ["reconciler", *sys.argv[2:]]
    if sort == "count":
        _count(Path(word))
    else:
        _arm(sort, int(word))
    from reconciler.cli.main import main as run

    run()


def _arm(sort: str, number: int) -> None:
    strike = _striker(number, signal.SIGSTOP if sort.startswith("stop-") else signal.SIGKILL)
    if sort == "after-send":
        _watch_sends(strike)
    else:
        before, after = (strike, _ignore) if sort == "before-commit" else (_ignore, strike)
        _watch_commits(before, after)


def _count(file: Path) -> None:
    seen = {"commits": 0, "sends": 0}

    def note(what: str) -> Callable[[], None]:
        def noted() -> None:
            seen[what] += 1
            file.write_text(f"{seen['commits']} {seen['sends']}")

        return noted

    _watch_commits(_ignore, note("commits"))
    _watch_sends(note("sends"))


def _striker(number: int, sort: signal.Signals) -> Callable[[], None]:
    calls = count(1)

    def strike() -> None:
        if next(calls) == number:
            os.kill(os.getpid(), sort)

    return strike


def _ignore() -> None:
    pass


def _watch_commits(before: Callable[[], None], after: Callable[[], None]) -> None:
    @contextmanager
    def transaction(database: Database) -> Iterator[sqlite3.Connection]:
        with _TRANSACTION(database) as db:
            yield db
            before()
        after()

    Database.transaction = transaction  # type: ignore[method-assign] - to die within it is what this is for


def _watch_sends(after: Callable[[], None]) -> None:
    def send(line: socket.socket, *words: Any) -> int:
        sent = _SEND(line, *words)
        after()
        return sent

    def sendall(line: socket.socket, data: bytes, *words: Any) -> None:
        socket._socket.socket.sendall(line, data, *words)  # type: ignore[attr-defined] - what we stand in front of
        after()

    socket.socket.send = send  # type: ignore[method-assign]
    socket.socket.sendall = sendall  # type: ignore[method-assign]


if __name__ == "__main__":
    main()
