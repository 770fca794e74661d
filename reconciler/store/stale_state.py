"""A state database that is older than the devices: a copy put back.  Noted once a device shows it."""

from __future__ import annotations

from collections import defaultdict

from reconciler.model.errors import Refused
from reconciler.model.fence import Acquired, Acquisitions
from reconciler.store.sql import Sql

_BEHIND, _CAUGHT_UP = "behind", "caught up"
_KEPT = 16
"""So often an experiment may be acquired without asking a device, and its mark is still held against the database."""


def report_unknown_epoch(db: Sql, experiment: str, epoch: int, found: str) -> None:
    """A mark was met: noted when it is of no acquisition in this state database."""
    if acquisitions(db).has(experiment, epoch):
        return
    db.execute(
        "INSERT INTO counters (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
        " WHERE counters.value < excluded.value",
        (_BEHIND, epoch),
    )
    db.execute("INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO NOTHING", (_BEHIND, found))


def acquisitions(db: Sql) -> Acquisitions:
    spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for name, taken, last in db.execute("SELECT experiment, taken, latest FROM acquisitions"):
        spans[name].append((taken, last))
    known = db.execute("SELECT experiment, known FROM locks").fetchall()
    return Acquisitions({name: Acquired(epoch, tuple(spans[name])) for name, epoch in known}, _count(db, _CAUGHT_UP))


def note(db: Sql, experiment: str, epoch: int) -> None:
    """The experiment is acquired anew; of the earlier acquisitions the latest are kept one by one."""
    db.execute("INSERT INTO acquisitions (experiment, taken, latest) VALUES (?, ?, ?)", (experiment, epoch, epoch))
    old = db.execute(
        "SELECT taken, latest FROM acquisitions WHERE experiment = ? ORDER BY taken DESC LIMIT 1 OFFSET ?",
        (experiment, _KEPT),
    ).fetchone()
    if old is not None:
        db.execute("UPDATE locks SET known = ? WHERE experiment = ?", (old[1], experiment))
        db.execute("DELETE FROM acquisitions WHERE experiment = ? AND taken <= ?", (experiment, old[0]))


def extend(db: Sql, experiment: str, epoch: int) -> None:
    """The latest acquisition goes on under this epoch."""
    db.execute(
        "UPDATE acquisitions SET latest = ? WHERE experiment = ? AND taken ="
        " (SELECT max(taken) FROM acquisitions WHERE experiment = ?)",
        (epoch, experiment, experiment),
    )


def refuse(db: Sql) -> None:
    """Raises Refused while it is noted that this database is behind: what they hold may be given to others by now."""
    row = db.execute("SELECT value FROM meta WHERE key = ?", (_BEHIND,)).fetchone()
    if row is not None:
        raise Refused(
            f"state database is older than the devices (restored from a backup?): {row[0]}, the database knows"
            f" {latest(db)}. Restore the latest copy, or inspect and run `reconciler lock catch-up`."
        )


def catch_up(db: Sql) -> int | None:
    """Go on with this database: later acquisitions are above every mark that was met.  None if it was not stale."""
    row = db.execute("SELECT value FROM counters WHERE name = ?", (_BEHIND,)).fetchone()
    if row is None:
        return None
    epoch = max(int(row[0]), latest(db))
    db.execute("UPDATE counters SET value = ? WHERE name = 'epoch'", (epoch,))
    db.execute(
        "INSERT INTO counters (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (_CAUGHT_UP, epoch),
    )
    db.execute("UPDATE locks SET run = NULL, since = NULL")
    db.execute("DELETE FROM counters WHERE name = ?", (_BEHIND,))
    db.execute("DELETE FROM meta WHERE key = ?", (_BEHIND,))
    return epoch


def latest(db: Sql) -> int:
    """The epoch of the latest acquisition of all."""
    return _count(db, "epoch")


def _count(db: Sql, name: str) -> int:
    row = db.execute("SELECT value FROM counters WHERE name = ?", (name,)).fetchone()
    return int(row[0]) if row else 0
