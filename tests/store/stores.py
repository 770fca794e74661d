"""Stores for tests: in memory, with a clock that is set by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from reconciler.store.database import Database
from reconciler.store.store import Store


@dataclass(slots=True)
class HandClock:
    now: datetime = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **how_long: float) -> None:
        self.now += timedelta(**how_long)


def make_store(clock: HandClock | None = None, path: Path | None = None) -> Store:
    return Store(Database(path), clock or HandClock())
