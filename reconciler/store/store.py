"""What we made, what we are about to make, and who may: recorded resources, intents, experiments, locks."""

from __future__ import annotations

import os
import socket
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from reconciler.model.address import Address
from reconciler.model.change import Action
from reconciler.model.errors import Faulty, Locked
from reconciler.model.outcome import Done, Failed, Outcome, Waiting
from reconciler.model.plan import Plan, Step
from reconciler.model.resource import Observed, Resource
from reconciler.resources.book import Book
from reconciler.store.codec import Decoder, decode_spec, encode_resource, encode_spec
from reconciler.store.database import Clock, Database
from reconciler.store.leases import LeaseBook

LOCK_STALE = timedelta(seconds=90)
BAD_AFTER = 2
"""A node that failed to be imaged so often in this life of the experiment is left out in favour of a spare."""


@dataclass(frozen=True, slots=True)
class ExperimentRow:
    name: str
    epoch: int
    generation: int
    created_at: datetime | None
    expires_at: datetime | None
    on_expiry: str


class Store:
    """Every call returns only once its effect would survive a power cut."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self.leases = LeaseBook(database, clock)

    # -- reading -------------------------------------------------------------------------------

    def book(self, experiment: str) -> Book:
        nodes, addresses, ids = self.leases.taken(experiment)
        decoder = Decoder(experiment)
        recorded: dict[Address, Resource[Any]] = {}
        intended: dict[Address, Resource[Any]] = {}
        with self._database.reading() as db:
            rows = db.execute(
                "SELECT kind, name, endpoint, spec, needs, carrier, intended FROM resources WHERE experiment = ?",
                (experiment,),
            )
            for kind, name, endpoint, spec, needs, carrier, changed in rows:
                ours = decoder.resource((kind, name, endpoint, spec, needs, carrier))
                recorded[ours.address] = ours
                if changed is not None:
                    intended[ours.address] = replace(ours, spec=decode_spec(kind, changed))
            bad = db.execute(
                "SELECT node FROM node_failures WHERE experiment = ? AND count >= ?", (experiment, BAD_AFTER)
            ).fetchall()
            life = db.execute("SELECT epoch, created_at FROM experiments WHERE name = ?", (experiment,)).fetchone()
        epoch, created = life or (0, None)
        current = epoch if created else epoch + 1
        return Book(recorded, intended, nodes, addresses, ids, frozenset(n for (n,) in bad), epoch=current)

    def experiments(self) -> list[ExperimentRow]:
        with self._database.reading() as db:
            rows = db.execute(
                "SELECT name, epoch, generation, created_at, expires_at, on_expiry FROM experiments ORDER BY name"
            ).fetchall()
        return [ExperimentRow(n, e, g, _time(c), _time(x), o) for n, e, g, c, x, o in rows]

    def experiment(self, name: str) -> ExperimentRow | None:
        return next((row for row in self.experiments() if row.name == name), None)

    def open_intents(self, experiment: str) -> list[tuple[Address, str]]:
        """What was asked of a device and not yet settled, with its state, oldest first."""
        with self._database.reading() as db:
            rows = db.execute(
                "SELECT kind, name, state FROM intents"
                " WHERE experiment = ? AND state IN ('issued', 'unknown') ORDER BY id",
                (experiment,),
            ).fetchall()
        return [(Address(kind, experiment, name), state) for kind, name, state in rows]

    # -- the life of an experiment ----------------------------------------------------------------

    def begin(self, name: str, digest: str, walltime: timedelta | None, on_expiry: str) -> ExperimentRow:
        """Note that the experiment is wanted as ``digest`` says.  The walltime counts from the first time."""
        now = self._clock()
        with self._database.transaction() as db:
            row = db.execute(
                "SELECT epoch, generation, digest, created_at FROM experiments WHERE name = ?", (name,)
            ).fetchone()
            epoch, generation, known, created = row or (0, 0, "", None)
            if created is None:
                epoch, created = epoch + 1, now.isoformat()
            generation += digest != known
            expires = (datetime.fromisoformat(created) + walltime).isoformat() if walltime is not None else None
            db.execute(
                "INSERT OR REPLACE INTO experiments VALUES (?, ?, ?, ?, ?, ?, ?)",
                (name, epoch, generation, digest, created, expires, on_expiry),
            )
        return ExperimentRow(name, epoch, generation, _time(created), _time(expires), on_expiry)

    def end(self, name: str) -> None:
        """Nothing of it is left: forget it, but for its epoch, so that its next life has another mark."""
        with self._database.transaction() as db:
            db.execute(
                "UPDATE experiments SET created_at = NULL, expires_at = NULL, digest = '' WHERE name = ?", (name,)
            )
            db.execute("DELETE FROM node_failures WHERE experiment = ?", (name,))
            db.execute("DELETE FROM intents WHERE experiment = ?", (name,))

    # -- the journal ---------------------------------------------------------------------------------

    def prepare(self, run: str, plan: Plan) -> None:
        """Write down what a plan found out without doing anything: what is gone, and what is wanted as it is."""
        if not plan.gone and not plan.record:
            return
        with self._database.transaction() as db:
            _forget(db, plan.gone)
            _record(db, plan.record)

    def issue(self, run: str, steps: Sequence[Step[Any]]) -> None:
        """Record intents, and what they are about to make, before any device is called; and that the run is alive.

        Raises:
            Locked: another run has taken the experiment over; nothing more may be done.
        """
        now = self._clock().isoformat()
        with self._database.transaction() as db:
            for experiment in {step.change.address.experiment for step in steps}:
                _beat(db, experiment, run, now)
            _record(db, [s.change.resource for s in steps if s.change.action is Action.CREATE])
            _record(db, [s.change.resource for s in steps if s.change.action is Action.UPDATE], _ADD)
            db.executemany(
                "UPDATE resources SET intended = ? WHERE experiment = ? AND kind = ? AND name = ?",
                [
                    (
                        encode_spec(s.change.after),
                        s.change.address.experiment,
                        s.change.address.kind,
                        s.change.address.name,
                    )
                    for s in steps
                    if s.change.action is Action.UPDATE
                ],
            )
            db.executemany(
                "INSERT INTO intents (run, experiment, kind, name, action, state, issued_at)"
                " VALUES (?, ?, ?, ?, ?, 'issued', ?)",
                [
                    (run, a.experiment, a.kind, a.name, step.change.action.value, now)
                    for step in steps
                    for a in (step.change.address,)
                ],
            )

    def settle(self, run: str, settled: Iterable[tuple[Step[Any], Outcome]]) -> None:
        """Record what became of issued steps."""
        now = self._clock().isoformat()
        pairs = list(settled)
        with self._database.transaction() as db:
            done = [step.change for step, outcome in pairs if isinstance(outcome, Done)]
            _forget(db, [change.address for change in done if change.action is Action.DELETE])
            _record(db, [change.resource for change in done if change.action is not Action.DELETE])
            db.executemany(
                "UPDATE intents SET state = ?, settled_at = ?, detail = ?"
                " WHERE run = ? AND experiment = ? AND kind = ? AND name = ? AND state = 'issued'",
                [
                    (state, now, detail, run, a.experiment, a.kind, a.name)
                    for step, outcome in pairs
                    for a, (state, detail) in ((step.change.address, _state(outcome)),)
                ],
            )
            _count_failures(db, pairs, now)

    def resolve(self, run: str, observed: Mapping[Address, Observed[Any]]) -> None:
        """The devices were asked again: what was issued or unknown is now observed, one way or the other."""
        now = self._clock().isoformat()
        with self._database.transaction() as db:
            db.executemany(
                "UPDATE intents SET state = 'done', settled_at = ?, detail = 'observed'"
                " WHERE experiment = ? AND kind = ? AND name = ? AND state IN ('issued', 'unknown')",
                [(now, a.experiment, a.kind, a.name) for a in sorted(observed)],
            )

    # -- locks -----------------------------------------------------------------------------------------

    def lock(self, experiment: str, run: str) -> None:
        """Take the experiment for this run; a dead holder's lock is taken over.

        Raises:
            Locked: another run holds it; the message names it.
        """
        now, machine = self._clock(), socket.gethostname()
        with self._database.transaction() as db:
            row = db.execute(
                "SELECT run, machine, pid, since, beat FROM locks WHERE experiment = ?", (experiment,)
            ).fetchone()
            if row is not None and row[0] != run and not _dead(row, machine, now):
                age = int((now - datetime.fromisoformat(row[3])).total_seconds())
                raise Locked(
                    f"{experiment} is held by run {row[0]} on {row[1]} (process {row[2]}) for {age} s;"
                    " wait for it, or give --lock-timeout"
                )
            db.execute(
                "INSERT OR REPLACE INTO locks VALUES (?, ?, ?, ?, ?, ?)",
                (experiment, run, machine, os.getpid(), now.isoformat(), now.isoformat()),
            )

    def beat(self, experiment: str, run: str) -> None:
        """Say that the run lives: a lock whose holder is silent for long is taken over, also while its process lives.

        Raises:
            Locked: another run has taken the experiment over; nothing more may be done.
        """
        with self._database.transaction() as db:
            _beat(db, experiment, run, self._clock().isoformat())

    def unlock(self, experiment: str, run: str) -> None:
        with self._database.transaction() as db:
            db.execute("DELETE FROM locks WHERE experiment = ? AND run = ?", (experiment, run))

    def close(self) -> None:
        self._database.close()


def _beat(db: sqlite3.Connection, experiment: str, run: str, now: str) -> None:
    changed = db.execute("UPDATE locks SET beat = ? WHERE experiment = ? AND run = ?", (now, experiment, run)).rowcount
    if not changed:
        raise Locked(f"the lock on {experiment} was taken over by another run; this one stops")


def _dead(row: tuple[str, str, int, str, str], machine: str, now: datetime) -> bool:
    _, holder_machine, pid, _, beat = row
    if holder_machine == machine:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            return False
    return now - datetime.fromisoformat(beat) > LOCK_STALE


_REPLACE = "INSERT OR REPLACE INTO resources VALUES (?, ?, ?, ?, ?, ?, ?, NULL)"
_ADD = "INSERT OR IGNORE INTO resources VALUES (?, ?, ?, ?, ?, ?, ?, NULL)"


def _record(db: sqlite3.Connection, resources: Iterable[Resource[Any]], statement: str = _REPLACE) -> None:
    db.executemany(
        statement,
        [(resource.address.experiment, *encode_resource(resource)) for resource in resources],
    )


def _forget(db: sqlite3.Connection, addresses: Iterable[Address]) -> None:
    db.executemany(
        "DELETE FROM resources WHERE experiment = ? AND kind = ? AND name = ?",
        [(a.experiment, a.kind, a.name) for a in sorted(addresses)],
    )


def _state(outcome: Outcome) -> tuple[str, str]:
    match outcome:
        case Done():
            return "done", ""
        case Waiting(_, reason, _):
            return "waiting", reason
        case Failed(_, error, unsure):
            return ("unknown" if unsure else "failed"), str(error)


def _count_failures(db: sqlite3.Connection, pairs: Sequence[tuple[Step[Any], Outcome]], now: str) -> None:
    failed = [
        (step.change.address.experiment, step.change.address.name, now)
        for step, outcome in pairs
        if isinstance(outcome, Failed) and isinstance(outcome.error, Faulty)
    ]
    db.executemany(
        "INSERT INTO node_failures VALUES (?, ?, 1, ?)"
        " ON CONFLICT (experiment, node) DO UPDATE SET count = count + 1, last = excluded.last",
        failed,
    )


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
