"""The audit log: a chain for each experiment and one for the site, only ever added to, and kept for good."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from reconciler.model.address import Endpoint
from reconciler.model.plan import Step
from reconciler.store.chain import Entry, Fault, Head, Sealed, check, digest_of, origin, seal
from reconciler.store.process import Machine, ThisMachine
from reconciler.store.sql import Backend, Clock, Sql

SITE = ""
"""The chain of what is about no experiment: items reserved by hand, limits of projects."""
_PAGE = 1000
_LAST = "SELECT number, hash FROM audit WHERE experiment = ? ORDER BY number DESC LIMIT 1"
_LAST_AND_EPOCH = (
    "SELECT a.number, a.hash, a.run, a.act, coalesce(l.epoch, 0) FROM audit a"
    " LEFT JOIN locks l ON l.experiment = a.experiment WHERE a.experiment = ? ORDER BY a.number DESC LIMIT 1"
)
_INSERT = (
    "INSERT INTO audit (experiment, number, at, run, who, epoch, act, what, digest, hash)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_READ = (
    "SELECT number, at, run, who, epoch, act, what, digest, hash FROM audit"
    " WHERE experiment = ? AND number > ? ORDER BY number LIMIT ?"
)


class AuditAction(StrEnum):
    WANTED = "wanted"
    PLANNED = "planned"
    ISSUED = "issued"
    RELEASED = "released"
    GONE = "gone"
    LOCK_RELEASED = "lock released"
    RESERVED = "reserved"
    RETURNED = "returned"
    LIMITED = "limited"
    CAUGHT_UP = "caught up"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """What is to be written of an act; who, when and under which acquisition is added where it is written."""

    act: AuditAction
    what: str
    digest: str = ""
    run: str = ""


class _Last(NamedTuple):
    """Where a chain ends, and the epoch of its experiment."""

    number: int
    hash: str
    run: str
    act: str
    epoch: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """``heads``: how far each chain of the database ``lineage`` goes; ``faults``: of each the first."""

    lineage: str
    heads: Sequence[Head]
    faults: Sequence[Fault]


class AuditLog:
    """An entry is written in the transaction of what it tells of: neither is there without the other."""

    def __init__(self, database: Backend, clock: Clock, machine: Machine | None = None) -> None:
        self._database, self._clock, self._machine = database, clock, machine or ThisMachine()
        self._planned: dict[int, tuple[Step[Any], str]] = {}  # by identity: of the plan that is carried out now

    def note(self, db: Sql, chain: str, entries: Iterable[AuditEntry]) -> None:
        """In the caller's transaction, as what this process does now."""
        self._append(db, chain, entries, self._last(db, chain))

    def close_run(self, db: Sql, chain: str, run: str) -> None:
        """Note that the run has left the experiment, if it did anything there."""
        last = self._last(db, chain)
        if last.run == run and last.act != AuditAction.RELEASED:
            self._append(db, chain, [AuditEntry(AuditAction.RELEASED, "", run=run)], last)

    def _last(self, db: Sql, chain: str) -> _Last:
        self._database.queue(db, f"audit/{chain}")
        row = db.execute(_LAST_AND_EPOCH, (chain,)).fetchone()
        return _Last(0, origin(_lineage(db), chain), "", "", _epoch(db, chain)) if row is None else _Last(*row)

    def _append(self, db: Sql, chain: str, entries: Iterable[AuditEntry], last: _Last) -> None:
        at, who, number, before = self._clock().isoformat(), _who(self._machine), last.number, last.hash
        for deed in entries:
            number += 1
            e = Entry(at, deed.run, who, last.epoch, deed.act, deed.what, deed.digest)
            before = seal(before, number, e)
            db.execute(_INSERT, (chain, number, at, e.run, who, e.epoch, e.act, e.what, e.digest, before))

    def planned(self, run: str, steps: Iterable[Step[Any]]) -> AuditEntry:
        """``digest``: of the steps by address, as in a saved plan."""
        ordered = sorted(steps, key=lambda step: step.change.address)
        digests = [digest_of_step(step) for step in ordered]
        self._planned = {id(step): (step, digest) for step, digest in zip(ordered, digests, strict=True)}
        return AuditEntry(AuditAction.PLANNED, _count(len(ordered)), digest_of(digests), run)

    def issued(self, run: str, steps: Iterable[Step[Any]]) -> Mapping[str, list[AuditEntry]]:
        """What is about to be sent, by experiment: an entry for each endpoint, of its steps in their order."""
        calls: dict[tuple[str, Endpoint], list[Step[Any]]] = {}
        for step in steps:
            calls.setdefault((step.change.address.experiment, step.change.resource.endpoint), []).append(step)
        entries: dict[str, list[AuditEntry]] = {}
        for (experiment, endpoint), those in calls.items():
            digest = digest_of([self._digest(step) for step in those])
            entries.setdefault(experiment, []).append(
                AuditEntry(AuditAction.ISSUED, f"{_count(len(those))} to {endpoint}", digest, run)
            )
        return entries

    def _digest(self, step: Step[Any]) -> str:
        known = self._planned.get(id(step))
        return digest_of_step(step) if known is None else known[1]

    # -- reading ---------------------------------------------------------------------------------------

    def entries(self, chain: str, last: int | None = None) -> list[Sealed]:
        """Those of one chain in order; of more than ``last``, the last ones."""
        with self._database.reading() as db:
            head = _head(db, chain)
            return list(_read(db, chain, 0 if last is None or head is None else max(0, head.number - last)))

    def chains(self) -> list[str]:
        with self._database.reading() as db:
            return _chains(db)

    def verify(self, expected: Sequence[Head] = ()) -> Verdict:
        """Compute every chain anew, all of them as they are at one moment.

        A chain that was sealed anew, or cut off at its end, is found by the heads that were kept of it elsewhere.
        """
        with self._database.reading() as db:
            lineage, names = _lineage(db), _chains(db)
            heads = [head for name in names for head in (_head(db, name),) if head is not None]
            faults = [
                check(lineage, name, _read(db, name), [head for head in expected if head.chain == name])
                for name in sorted({*names, *(head.chain for head in expected)})
            ]
        return Verdict(lineage, heads, [fault for fault in faults if fault is not None])


def digest_of_step(step: Step[Any]) -> str:
    change = step.change
    return digest_of([str(change.address), change.action.value, [str(command) for command in step.commands]])


def _count(number: int) -> str:
    return f"{number} step{'' if number == 1 else 's'}"


def _who(machine: Machine) -> str:
    me = machine.me()
    return f"{me.user}@{me.machine}/{me.pid}"


def _epoch(db: Sql, experiment: str) -> int:
    row = db.execute("SELECT epoch FROM locks WHERE experiment = ?", (experiment,)).fetchone()
    return int(row[0]) if row else 0


def _lineage(db: Sql) -> str:
    return str(db.execute("SELECT value FROM meta WHERE key = 'lineage'").fetchone()[0])


def _chains(db: Sql) -> list[str]:
    return [name for (name,) in db.execute("SELECT DISTINCT experiment FROM audit ORDER BY experiment").fetchall()]


def _head(db: Sql, chain: str) -> Head | None:
    row = db.execute(_LAST, (chain,)).fetchone()
    return None if row is None else Head(chain, row[0], row[1])


def _read(db: Sql, chain: str, after: int = 0) -> Iterator[Sealed]:
    """Page by page: a log that is kept for good may be long."""
    while rows := db.execute(_READ, (chain, after, _PAGE)).fetchall():
        for number, *fields, found in rows:
            yield Sealed(number, Entry(*fields), found)
        after = rows[-1][0]
