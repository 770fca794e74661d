"""The lives of experiments: wanted since when, until when, by which documents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from reconciler.store.sql import Sql


@dataclass(frozen=True, slots=True)
class ExperimentRow:
    """``life`` counts how often it was made anew, ``generation`` how often its documents changed."""

    name: str
    life: int
    generation: int
    created_at: datetime | None
    expires_at: datetime | None
    on_expiry: str
    project: str = ""


def read_experiments(db: Sql) -> list[ExperimentRow]:
    rows = db.execute(
        "SELECT name, life, generation, created_at, expires_at, on_expiry, project FROM experiments ORDER BY name"
    ).fetchall()
    return [ExperimentRow(n, e, g, _time(c), _time(x), o, p) for n, e, g, c, x, o, p in rows]


def begin(
    db: Sql, name: str, digest: str, walltime: timedelta | None, on_expiry: str, project: str, now: datetime
) -> tuple[ExperimentRow, bool]:
    """Note that the experiment is wanted as ``digest`` says, and tell whether it was not before.

    The walltime counts from the first time.
    """
    row = db.execute("SELECT life, generation, digest, created_at FROM experiments WHERE name = ?", (name,)).fetchone()
    life, generation, known, created = row or (0, 0, "", None)
    if created is None:
        life, created = life + 1, now.isoformat()
        db.execute("DELETE FROM work WHERE experiment = ? AND state = 'over'", (name,))  # watchers keep it again
    generation += digest != known
    expires = (datetime.fromisoformat(created) + walltime).isoformat() if walltime is not None else None
    db.execute(
        "INSERT INTO experiments (name, life, generation, digest, created_at, expires_at, on_expiry, project)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET life = excluded.life,"
        " generation = excluded.generation, digest = excluded.digest, created_at = excluded.created_at,"
        " expires_at = excluded.expires_at, on_expiry = excluded.on_expiry, project = excluded.project",
        (name, life, generation, digest, created, expires, on_expiry, project),
    )
    return ExperimentRow(name, life, generation, _time(created), _time(expires), on_expiry, project), digest != known


def end(db: Sql, name: str) -> bool:
    """Nothing of it is left: forget it, but for how often it lived.  False when it was over before."""
    ended = db.execute(
        "UPDATE experiments SET created_at = NULL, expires_at = NULL, digest = ''"
        " WHERE name = ? AND created_at IS NOT NULL",
        (name,),
    )
    db.execute("DELETE FROM node_failures WHERE experiment = ?", (name,))
    db.execute("DELETE FROM intents WHERE experiment = ?", (name,))
    return ended.rowcount > 0


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
