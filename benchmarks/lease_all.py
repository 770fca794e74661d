"""All 262,142 addresses of a /14 leased in one transaction, beside a bare ``executemany`` of the same rows."""

from __future__ import annotations

import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.figures import Figure, render
from reconciler.resources.lease import AddressRange, Lease
from reconciler.store.database import Database
from reconciler.store.leases import LeaseStore

FIRST = (10 << 24) + (136 << 16) + 1
COUNT = (1 << 18) - 2
ROUNDS = 3
_INSERT = "INSERT INTO number_leases VALUES (?, ?, ?, ?, ?, ?)"
_BARE = """
CREATE TABLE number_leases (
  pool TEXT NOT NULL, item INTEGER NOT NULL, holder INTEGER NOT NULL, member INTEGER NOT NULL, state TEXT NOT NULL,
  free_at TEXT, PRIMARY KEY (pool, item)
) STRICT, WITHOUT ROWID
"""


def bench() -> list[Figure]:
    """The best of some rounds each; the rows are made before the clock runs."""
    rows = [("ipv4", FIRST + index, 1, index, "reserved", None) for index in range(COUNT)]
    with tempfile.TemporaryDirectory(dir=_memory()) as folder:
        ours = min(_cpu_of(_hold(Path(folder) / f"hold-{n}.db")) for n in range(ROUNDS))
        bare = min(_cpu_of(_insert(Path(folder) / f"bare-{n}.db", rows, _BARE)) for n in range(ROUNDS))
        same = min(_cpu_of(_insert(Path(folder) / f"same-{n}.db", rows, None)) for n in range(ROUNDS))
    return [
        Figure("one hold", ours, "s CPU", note="checked, journal settled, durable"),
        Figure("executemany, primary key alone", bare, "s CPU"),
        Figure("executemany, our table with its constraints", same, "s CPU"),
        Figure("hold / bare executemany", ours / bare, "", limit=2.0),
        Figure("hold / executemany into our table", ours / same, "", limit=2.0),
    ]


def _hold(path: Path) -> Callable[[], None]:
    database = Database(path)
    allocations = LeaseStore(database, lambda: datetime.now(UTC))

    def run() -> None:
        allocations.hold("exp", [("lease", "lan", Lease((AddressRange("vm", 0, FIRST, COUNT),)))])
        database.close()

    return run


def _insert(path: Path, rows: list[tuple[object, ...]], schema: str | None) -> Callable[[], None]:
    """Into the bare table of ``schema``, else into ours."""
    if schema is None:
        Database(path).close()
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")
    if schema is not None:
        connection.execute(schema)

    def run() -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(_INSERT, rows)
        connection.execute("COMMIT")
        connection.close()

    return run


def _cpu_of(work: Callable[[], None]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _memory() -> str | None:
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


if __name__ == "__main__":
    figures = bench()
    print(render("All of a /14 in one transaction", figures))
    sys.exit(any(figure.missed for figure in figures))
