"""Who has an experiment: locks with their epochs, runs and whether they are over."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from reconciler.model.errors import Locked, Refused
from reconciler.model.fence import Fence
from reconciler.store import stale_state
from reconciler.store.process import Machine, Process
from reconciler.store.sql import Sql

LOCK_STALE = timedelta(seconds=90)
_RUN = "r.run, r.machine, r.host, r.boot, r.space, r.pid, r.started, r.beat, r.ended_at"


@dataclass(frozen=True, slots=True)
class RunRow:
    run: str
    process: Process
    beat: datetime
    ended_at: datetime | None

    def is_over(self, machine: Machine) -> bool:
        """For certain: it ended, was proved dead before, or can be from here."""
        return self.ended_at is not None or machine.is_over(self.process)


@dataclass(frozen=True, slots=True)
class LockRow:
    """Who has an experiment now.  ``over``: its process is not there any more."""

    experiment: str
    run: str
    epoch: int
    machine: str
    pid: int
    since: datetime
    beat: datetime
    over: bool


def take(db: Sql, experiment: str, run: str, now: datetime, machine: Machine) -> int:
    """The new epoch.  Raises Locked, naming the holder, when it lives, or may; Refused when the database is behind."""
    stale_state.refuse(db)
    epoch = _next_epoch(db, _stride(run))
    holder = _holder(db, experiment, machine)
    if holder is not None and holder.run != run and not holder.over and now - holder.beat <= LOCK_STALE:
        raise Locked(describe(holder, now) + "; wait, or use --lock-timeout")
    db.execute(
        "INSERT INTO locks (experiment, epoch, serial, run, since) VALUES (?, ?, 1, ?, ?) ON CONFLICT (experiment)"
        " DO UPDATE SET epoch = excluded.epoch, serial = locks.serial + 1, run = excluded.run, since = excluded.since",
        (experiment, epoch, run, now.isoformat()),
    )
    stale_state.note(db, experiment, epoch)
    register(db, run, epoch, now, machine.me())
    return epoch


def renew(db: Sql, experiment: str, run: str) -> None:
    """Have the run go on under the next epoch."""
    epoch = _next_epoch(db, 1)
    db.execute("UPDATE locks SET epoch = ? WHERE experiment = ? AND run = ?", (epoch, experiment, run))
    db.execute("UPDATE runs SET epoch = ? WHERE run = ?", (epoch, run))
    stale_state.extend(db, experiment, epoch)


def _next_epoch(db: Sql, stride: int) -> int:
    (epoch,) = db.execute(
        "UPDATE counters SET value = value + ? WHERE name = 'epoch' RETURNING value", (stride,)
    ).fetchone()
    return int(epoch)


def _stride(run: str) -> int:
    """By how much a new acquisition is later: so that two copies of one database do not go on with the same numbers."""
    return 1 + int.from_bytes(hashlib.sha256(run.encode()).digest()[:2])


def register(db: Sql, run: str, epoch: int, now: datetime, me: Process) -> None:
    at = now.isoformat()
    db.execute(
        "INSERT INTO runs (run, machine, host, boot, space, pid, started, epoch, since, beat, ended_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL) ON CONFLICT (run) DO UPDATE SET machine = excluded.machine,"
        " host = excluded.host, boot = excluded.boot, space = excluded.space, pid = excluded.pid,"
        " started = excluded.started, epoch = excluded.epoch, beat = excluded.beat, ended_at = NULL",
        (run, me.machine, me.host, me.boot, me.space, me.pid, me.started, epoch, at, at),
    )


def describe(lock: LockRow, now: datetime) -> str:
    age, silent = (int((now - then).total_seconds()) for then in (lock.since, lock.beat))
    return (
        f"{lock.experiment} is locked by run {lock.run} on {lock.machine} (process {lock.pid}) for {age} s,"
        f" last heartbeat {silent} s ago"
    )


def keep(db: Sql, experiment: str, run: str, now: str) -> None:
    """Say that the run lives.  Raises Locked when it has the experiment no longer, Refused if it is stale."""
    stale_state.refuse(db)
    mine = db.execute("UPDATE locks SET serial = serial + 1 WHERE experiment = ? AND run = ?", (experiment, run))
    if not mine.rowcount:
        raise Locked(f"the lock on {experiment} was taken over by another run; this one stops")
    db.execute("UPDATE runs SET beat = ? WHERE run = ?", (now, run))


def fence_of(db: Sql, experiment: str) -> Fence:
    """That of the acquisition which has the experiment, else of one that could be made now."""
    (lineage,) = db.execute("SELECT value FROM meta WHERE key = 'lineage'").fetchone()
    held = db.execute("SELECT epoch FROM locks WHERE experiment = ? AND run IS NOT NULL", (experiment,)).fetchone()
    return Fence(
        int(held[0]) if held else stale_state.latest(db), str(lineage), known_acquisitions=stale_state.acquisitions(db)
    )


def held_by(db: Sql, run: str) -> list[str]:
    """Raises Locked when the run has no experiment any more."""
    names = [name for (name,) in db.execute("SELECT experiment FROM locks WHERE run = ? ORDER BY experiment", (run,))]
    if not names:
        raise Locked(f"run {run} holds no lock any more: another run has taken over, and this one stops")
    return names


def fence(db: Sql, experiment: str, epoch: int) -> None:
    """Raises Locked when the experiment was acquired anew since ``epoch``; with 0, when anybody has it.

    Refused when the state database is behind.
    """
    stale_state.refuse(db)
    if not epoch:
        holder = db.execute("SELECT run FROM locks WHERE experiment = ? AND run IS NOT NULL", (experiment,)).fetchone()
        if holder is not None:
            raise Locked(f"{experiment} is locked by run {holder[0]}; only that run leases to it")
        return
    mine = db.execute(
        "UPDATE locks SET serial = serial + 1 WHERE experiment = ? AND epoch = ? AND run IS NOT NULL",
        (experiment, epoch),
    )
    if not mine.rowcount:
        raise Locked(f"the lock on {experiment} was taken over by another run; this one (epoch {epoch}) stops")


def leave(db: Sql, experiment: str, run: str, now: str) -> None:
    """Give up ones own lock; a run that has no other is over."""
    db.execute("UPDATE locks SET run = NULL, since = NULL WHERE experiment = ? AND run = ?", (experiment, run))
    db.execute(
        "UPDATE runs SET ended_at = ? WHERE run = ? AND NOT EXISTS (SELECT 1 FROM locks WHERE run = ?)"
        " AND NOT EXISTS (SELECT 1 FROM work WHERE run = ? AND state = 'claimed')",
        (now, run, run, run),
    )


def release(db: Sql, experiment: str, now: str, machine: Machine, *, proved_dead: bool) -> LockRow | None:
    """Take the lock from its holder; with ``proved_dead`` a person says that no run of it does anything any more."""
    holder = _holder(db, experiment, machine)
    if proved_dead:
        doubtful = [row for row in unended(db, experiment) if not row.is_over(machine)]
        for row in doubtful:
            if _alive_here(row.process, machine):
                raise Refused(
                    f"run {row.run} is alive: process {row.process.pid} on this machine; end it first, then release"
                )
        end(db, [row.run for row in unended(db, experiment)], now)
    db.execute("UPDATE locks SET run = NULL, since = NULL WHERE experiment = ?", (experiment,))
    return holder


def note_deaths(db: Sql, experiment: str, now: str, machine: Machine) -> None:
    """What can be proved from here is written down: from elsewhere it could not."""
    end(db, [row.run for row in unended(db, experiment) if machine.is_over(row.process)], now)


def end(db: Sql, runs: Iterable[str], now: str) -> None:
    db.executemany("UPDATE runs SET ended_at = ? WHERE run = ? AND ended_at IS NULL", [(now, run) for run in runs])


def unended(db: Sql, experiment: str) -> list[RunRow]:
    """Runs that have the experiment, or left something open in it, and of whose end nothing is written."""
    found = db.execute(
        f"SELECT {_RUN} FROM runs r WHERE r.ended_at IS NULL AND (r.run IN (SELECT run FROM locks WHERE experiment = ?)"  # noqa: S608 - a constant
        " OR r.run IN (SELECT run FROM intents WHERE experiment = ? AND state IN ('issued', 'unknown')))"
        " ORDER BY r.run",
        (experiment, experiment),
    )
    return [_run(row) for row in found.fetchall()]


def runs_of(db: Sql, names: Iterable[str]) -> Mapping[str, RunRow]:
    found: dict[str, RunRow] = {}
    for name in sorted(set(names)):
        row = db.execute(f"SELECT {_RUN} FROM runs r WHERE r.run = ?", (name,)).fetchone()  # noqa: S608 - a constant
        if row is not None:
            found[name] = _run(row)
    return found


def locks(db: Sql, machine: Machine, experiment: str | None = None) -> list[LockRow]:
    found = db.execute(
        f"SELECT l.experiment, l.epoch, l.since, {_RUN} FROM locks l JOIN runs r ON r.run = l.run ORDER BY l.experiment"  # noqa: S608 - a constant
    ).fetchall()
    rows = []
    for name, epoch, since, *row in found:
        run = _run(row)
        if experiment in (None, name):
            at = datetime.fromisoformat(since)
            place = run.process.machine, run.process.pid
            rows.append(LockRow(name, run.run, epoch, *place, at, run.beat, run.is_over(machine)))
    return rows


def _holder(db: Sql, experiment: str, machine: Machine) -> LockRow | None:
    return next(iter(locks(db, machine, experiment)), None)


def _alive_here(process: Process, machine: Machine) -> bool:
    me = machine.me()
    same = (process.machine, process.host, process.boot, process.space) == (me.machine, me.host, me.boot, me.space)
    return same and not machine.is_over(process)


def _run(row: Iterable[object]) -> RunRow:
    run, machine, host, boot, space, pid, started, beat, ended = row
    process = Process(str(machine), str(host), str(boot), str(space), int(str(pid)), int(str(started)))
    at = datetime.fromisoformat(str(beat))
    return RunRow(str(run), process, at, None if ended is None else datetime.fromisoformat(str(ended)))
