"""The table of experiments that somebody should look after: its rows, and what a watcher does about each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from reconciler.model.errors import Locked
from reconciler.store import runs
from reconciler.store.process import Machine
from reconciler.store.sql import Sql

TOPIC = "work"
EXPIRED_CLAIM = runs.LOCK_STALE + timedelta(seconds=30)
"""Longer than a lock lasts in silence: whoever takes a claim over finds the experiment's lock free as well."""

_CLOSE_AGAIN = timedelta(seconds=5)
"""What could not be taken down when its time had come is tried again so soon, whatever the interval."""


class State(StrEnum):
    QUEUED = "queued"
    CLAIMED = "claimed"
    LOOKED = "looked"
    OVER = "over"
    """It was taken down at the end of its lifetime, and is not made again for these documents."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a watcher has of an experiment: the digest of its documents, and whether it has not yet seen to these."""

    text: str
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Looked:
    """How a look ended: when the experiment has to be taken down, or that it was."""

    closes: datetime | None = None
    over: bool = False


@dataclass(frozen=True, slots=True)
class Offered:
    """What somebody else did for a watcher: looked at what is fresh to it, or took down at the end of its lifetime."""

    seen: frozenset[str] = frozenset()
    over: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class WorkRow:
    """``text``: what it is queued with, or was last looked at with; ``run``: who has it, or looked last."""

    state: State
    text: str
    run: str
    again: bool
    looked_at: datetime | None
    closes_at: datetime | None


class Verdict(StrEnum):
    QUEUE = "queue"
    AGAIN = "again"
    WAIT = "wait"
    SEEN = "seen"
    OVER = "over"


def judge(row: WorkRow | None, mine: Wanted, now: datetime, interval: timedelta, *, by_another: bool) -> Verdict:
    """What a watcher does about one experiment.  ``by_another``: another watcher that lives has it, or looked last."""
    if row is None:
        return Verdict.QUEUE
    elapsed = _is_past(row.looked_at, now, interval)
    other_text = row.text not in ("", mine.text)
    match row.state:
        case State.CLAIMED:
            return Verdict.AGAIN if mine.fresh and other_text else Verdict.WAIT
        case State.QUEUED:
            return Verdict.QUEUE if other_text and (mine.fresh or elapsed) else Verdict.WAIT
        case State.OVER if not (mine.fresh and other_text):  # also for one that begins anew, and finds all files new
            return Verdict.OVER
        case State.LOOKED if mine.fresh and by_another and not other_text and not elapsed:
            return Verdict.SEEN
    closing = row.closes_at is not None and now >= row.closes_at and _is_past(row.looked_at, now, _CLOSE_AGAIN)
    return Verdict.QUEUE if mine.fresh or elapsed or closing else Verdict.WAIT


def offer(
    db: Sql, run: str, wanted: Mapping[str, Wanted], interval: timedelta, now: datetime, machine: Machine
) -> tuple[Offered, Mapping[str, tuple[WorkRow | None, Verdict]]]:
    """What others did, and what is to be written, with the row that it was judged by."""
    rows = _rows(db)
    lives = {
        name: _lives(run_row, now, machine)
        for name, run_row in runs.runs_of(db, [rows[name].run for name in wanted if name in rows]).items()
    }
    verdicts = {
        name: (
            row,
            judge(
                row, mine, now, interval, by_another=row is not None and row.run != run and lives.get(row.run, False)
            ),
        )
        for name, mine in sorted(wanted.items())
        for row in (rows.get(name),)
    }
    named = {which: frozenset(n for n, (_, verdict) in verdicts.items() if verdict is which) for which in Verdict}
    todo = {name: found for name, found in verdicts.items() if found[1] in (Verdict.QUEUE, Verdict.AGAIN)}
    return Offered(named[Verdict.SEEN], named[Verdict.OVER]), todo


def put(db: Sql, name: str, text: str, row: WorkRow | None, verdict: Verdict, now: str) -> bool:
    """Write what was judged, unless the row is another by now."""
    if row is None:
        made = db.execute(
            "INSERT INTO work (experiment, state, text, queued_at, run, again, looked_at, closes_at)"
            " VALUES (?, 'queued', ?, ?, '', 0, '', '') ON CONFLICT (experiment) DO NOTHING",
            (name, text, now),
        )
        return made.rowcount > 0
    new = "again = 1" if verdict is Verdict.AGAIN else "state = 'queued', again = 0"
    kept = db.execute(
        f"UPDATE work SET {new}, text = ?, queued_at = CASE WHEN state = 'queued' THEN queued_at ELSE ? END"  # noqa: S608 - one of two constants
        " WHERE experiment = ? AND state = ? AND text = ? AND looked_at = ?",
        (text, now, name, row.state, row.text, _stamp(row.looked_at)),
    )
    return kept.rowcount > 0


def enqueue(db: Sql, experiment: str, text: str, now: str) -> None:
    """Once in the queue however often it is asked for; one that is being looked after comes again afterwards."""
    db.execute(
        "INSERT INTO work (experiment, state, text, queued_at, run, again, looked_at, closes_at)"
        " VALUES (?, 'queued', ?, ?, '', 0, '', '') ON CONFLICT (experiment) DO UPDATE SET"
        " again = CASE WHEN work.state = 'claimed' THEN 1 ELSE 0 END,"
        " state = CASE WHEN work.state = 'claimed' THEN work.state ELSE 'queued' END,"
        " queued_at = CASE WHEN work.state = 'queued' THEN work.queued_at ELSE excluded.queued_at END,"
        " text = excluded.text",
        (experiment, text, now),
    )


def is_any(db: Sql) -> bool:
    """Whether a claim may find something, if only what a dead run has left."""
    return db.execute("SELECT 1 FROM work WHERE state IN ('queued', 'claimed') LIMIT 1").fetchone() is not None


def claim(
    db: Sql, run: str, among: Mapping[str, str] | None, now: datetime, machine: Machine, skip_locked: str
) -> str | None:
    """The one that waits longest, for this run alone; a claim of a run that is over or silent is free again."""
    _free_expired(db, now, machine, skip_locked)
    waiting = db.execute("SELECT experiment, text FROM work WHERE state = 'queued' ORDER BY queued_at, experiment")
    for name, text in waiting.fetchall():
        if among is not None and (name not in among or text not in ("", among[name])):
            continue
        got = db.execute(
            f"SELECT 1 FROM work WHERE experiment = ? AND state = 'queued' AND text = ?{skip_locked}",  # noqa: S608 - a constant
            (name, text),
        ).fetchone()
        if got is not None:
            mine = text if among is None else among[name]
            db.execute("UPDATE work SET state = 'claimed', run = ?, text = ? WHERE experiment = ?", (run, mine, name))
            runs.register(db, run, 0, now, machine.me())
            return str(name)
    return None


def complete(db: Sql, run: str, experiment: str, looked: Looked | None, now: str) -> None:
    """Raises Locked when the claim went to another run in the meantime."""
    row = db.execute(
        "SELECT again, closes_at FROM work WHERE experiment = ? AND run = ? AND state = 'claimed'", (experiment, run)
    ).fetchone()
    if row is None:
        raise Locked(f"{experiment} is no longer claimed by run {run}: no heartbeat for too long")
    again, closes = row
    if looked is not None:
        closes = _stamp(looked.closes)
    state = State.QUEUED if again else State.OVER if looked is not None and looked.over else State.LOOKED
    db.execute(
        "UPDATE work SET state = ?, again = 0, queued_at = ?, looked_at = ?, closes_at = ?"
        " WHERE experiment = ? AND run = ? AND state = 'claimed'",
        (state, now, now, closes, experiment, run),
    )


def beat(db: Sql, run: str, now: str) -> None:
    db.execute("UPDATE runs SET beat = ? WHERE run = ? AND ended_at IS NULL", (now, run))


def leave(db: Sql, run: str, now: str) -> None:
    """What the run has not looked after to the end is free again; the run is over."""
    db.execute("UPDATE work SET state = 'queued', again = 0 WHERE run = ? AND state = 'claimed'", (run,))
    runs.end(db, [run], now)


def _free_expired(db: Sql, now: datetime, machine: Machine, skip_locked: str) -> None:
    claimed = db.execute(f"SELECT experiment, run FROM work WHERE state = 'claimed'{skip_locked}").fetchall()  # noqa: S608 - a constant
    holders = runs.runs_of(db, [run for _, run in claimed])
    expired_claims = [
        (name, run) for name, run in claimed if run not in holders or not _lives(holders[run], now, machine)
    ]
    db.executemany(
        "UPDATE work SET state = 'queued', again = 0 WHERE experiment = ? AND run = ? AND state = 'claimed'",
        expired_claims,
    )


def _lives(run: runs.RunRow, now: datetime, machine: Machine) -> bool:
    return not run.is_over(machine) and now - run.beat <= EXPIRED_CLAIM


def _rows(db: Sql) -> dict[str, WorkRow]:
    found = db.execute("SELECT experiment, state, text, run, again, looked_at, closes_at FROM work").fetchall()
    return {
        str(name): WorkRow(State(state), str(text), str(run), bool(again), _time(looked), _time(closes))
        for name, state, text, run, again, looked, closes in found
    }


def _is_past(at: datetime | None, now: datetime, by: timedelta) -> bool:
    """Also when it lies that far ahead: a clock that was set back must not make everything wait for it."""
    return at is None or abs(now - at) >= by


def _stamp(at: datetime | None) -> str:
    return "" if at is None else at.isoformat()


def _time(stamp: str) -> datetime | None:
    return datetime.fromisoformat(stamp) if stamp else None
