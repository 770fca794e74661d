"""Stores for tests: in memory, with a clock that is set by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from reconciler.store.database import Database
from reconciler.store.process import Process
from reconciler.store.sql import Backend
from reconciler.store.store import Store


@dataclass(slots=True)
class HandClock:
    now: datetime = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **how_long: float) -> None:
        self.now += timedelta(**how_long)


class HandMachine:
    """Machines and processes as a test says: ``as_`` makes the calls that follow those of another process."""

    def __init__(self) -> None:
        self._me = self.process()
        self.dead: set[int] = set()

    @staticmethod
    def process(pid: int = 1, machine: str = "here", boot: str = "b1", space: str = "s") -> Process:
        return Process(machine, f"id-{machine}", boot, space, pid, pid * 10)

    def as_(self, process: Process) -> None:
        self._me = process

    def me(self) -> Process:
        return self._me

    def is_over(self, process: Process) -> bool:
        if process.machine != self._me.machine:
            return False
        return process.boot != self._me.boot or process.pid in self.dead


def open_database() -> Backend:
    """Replaced while the tests run on PostgreSQL."""
    return Database(None)


_OPEN: list[Backend] = []


def make_database() -> Backend:
    """An empty one, closed after the test."""
    database = open_database()
    _OPEN.append(database)
    return database


def make_store(
    clock: HandClock | None = None,
    path: Path | None = None,
    machine: HandMachine | None = None,
    image: bytes | None = None,
) -> Store:
    """On the database under test, but for one on a path or from an image, which is SQLite."""
    database = make_database() if path is None and image is None else Database(path, image)
    return Store(database, clock or HandClock(), machine)


def close_all() -> None:
    while _OPEN:
        _OPEN.pop().close()
