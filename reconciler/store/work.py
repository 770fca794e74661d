"""The queue of experiments that somebody should look after; several reconcilers take from it, each its own."""

from __future__ import annotations

from datetime import datetime

from reconciler.model.errors import Locked
from reconciler.store import runs
from reconciler.store.process import Machine
from reconciler.store.sql import Sql

TOPIC = "work"


def enqueue(db: Sql, experiment: str, now: str) -> None:
    """Once in the queue however often it is asked for; one that is being looked after comes again afterwards."""
    db.execute(
        "INSERT INTO work (experiment, queued_at, run, again) VALUES (?, ?, NULL, 0)"
        " ON CONFLICT (experiment) DO UPDATE SET again = CASE WHEN work.run IS NULL THEN 0 ELSE 1 END",
        (experiment, now),
    )


def claim(db: Sql, run: str, now: datetime, machine: Machine, skip_locked: str) -> str | None:
    """The one that waits longest, for this run alone; a claim of a run that is over or silent is free again."""
    _free_forsaken(db, now, machine, skip_locked)
    row = db.execute(
        f"SELECT experiment FROM work WHERE run IS NULL ORDER BY queued_at, experiment LIMIT 1{skip_locked}"  # noqa: S608 - a constant
    ).fetchone()
    if row is None:
        return None
    db.execute("UPDATE work SET run = ? WHERE experiment = ?", (run, row[0]))
    runs.register(db, run, 0, now, machine.me())
    return str(row[0])


def complete(db: Sql, run: str, experiment: str, now: str) -> None:
    """Raises Locked when the claim went to another run in the meantime."""
    again = db.execute("SELECT again FROM work WHERE experiment = ? AND run = ?", (experiment, run)).fetchone()
    if again is None:
        raise Locked(f"{experiment} is no longer claimed by run {run}; it was silent for too long")
    if again[0]:
        db.execute("UPDATE work SET run = NULL, again = 0, queued_at = ? WHERE experiment = ?", (now, experiment))
    else:
        db.execute("DELETE FROM work WHERE experiment = ?", (experiment,))


def _free_forsaken(db: Sql, now: datetime, machine: Machine, skip_locked: str) -> None:
    claimed = db.execute(f"SELECT experiment, run FROM work WHERE run IS NOT NULL{skip_locked}").fetchall()  # noqa: S608 - a constant
    holders = runs.runs_of(db, [run for _, run in claimed])
    forsaken = [
        (experiment, run)
        for experiment, run in claimed
        if run not in holders or holders[run].is_over(machine) or now - holders[run].beat > runs.LOCK_STALE
    ]
    db.executemany("UPDATE work SET run = NULL, again = 0 WHERE experiment = ? AND run = ?", forsaken)
