"""The audit log of a history: nothing is sent without its entry, and in the end every chain fits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from reconciler.model.plan import Step
from reconciler.store.audit import AuditAction, AuditEntry, AuditLog, digest_of_step
from reconciler.store.chain import digest_of
from reconciler.store.sql import Backend, Sql
from reconciler.store.store import Store
from tests.simulation.call import Call
from tests.simulation.checkers import Violation

ONE_IN = 5
"""In so many histories one has the log: it is a twentieth of the work of each, and no decision follows from it."""


class Audits:
    def __init__(self, seed: int) -> None:
        self._kept = seed % ONE_IN == 0

    def silence(self, store: Store) -> Store:
        """In a history without the log."""
        if not self._kept:
            store.audit = _Silent(store._database, store._clock, store._machine)
        return store

    def sent(self, database: Backend, call: Call) -> None:
        """A call that changes something is about to be made."""
        if not self._kept or not call.steps:
            return
        digest = digest_of([digest_of_step(step) for step in call.steps])
        with database.reading() as db:
            found = db.execute(
                "SELECT 1 FROM audit WHERE experiment = ? AND run = ? AND act = 'issued' AND digest = ?",
                (call.experiment, call.run, digest),
            ).fetchone()
        if found is None:
            raise Violation("audit", f"{call.name} is sent without an entry")

    def judge(self, store: Store) -> None:
        faults = store.audit.verify().faults if self._kept else []
        if faults:
            raise Violation("audit", f"{faults[0].chain}: entry {faults[0].number} {faults[0].why}")


class _Silent(AuditLog):
    def note(self, db: Sql, chain: str, deeds: Iterable[AuditEntry]) -> None:
        """Nothing."""

    def close_run(self, db: Sql, chain: str, run: str) -> None:
        """Nothing."""

    def planned(self, run: str, steps: Iterable[Step[Any]]) -> AuditEntry:
        return AuditEntry(AuditAction.PLANNED, "")

    def issued(self, run: str, steps: Iterable[Step[Any]]) -> Mapping[str, list[AuditEntry]]:
        return {}
