"""The queue of experiments that several reconcilers share: one transaction a call; its rows are in `work_table`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from reconciler.store import work_table
from reconciler.store.process import Machine
from reconciler.store.sql import Backend, Clock
from reconciler.store.work_table import Looked, Offered, Wanted

__all__ = ["Looked", "Offered", "Wanted", "WorkQueue"]


class WorkQueue:
    """Each experiment is looked after by one run at a time; every call returns only once it is written."""

    def __init__(self, database: Backend, clock: Clock, machine: Machine) -> None:
        self._database, self._clock, self._machine = database, clock, machine

    def enqueue(self, experiment: str, text: str = "") -> None:
        """Have some reconciler look after it; however often it is asked for, it is in the queue once.

        ``text`` is the digest of its documents: only who has the same may claim it; without one, anybody.
        """
        with self._database.transaction() as db:
            work_table.enqueue(db, experiment, text, self._clock().isoformat())
            self._database.hint(work_table.TOPIC, db)

    def offer(self, run: str, wanted: Mapping[str, Wanted], interval: timedelta) -> Offered:
        """Put in the queue what nobody looked at for the interval, what is fresh, and what has to be taken down."""
        now = self._clock()
        with self._database.reading() as db:
            offered, todo = work_table.offer(db, run, wanted, interval, now, self._machine)
        if todo:
            with self._database.transaction() as db:
                put = [
                    work_table.put(db, name, wanted[name].text, row, verdict, now.isoformat())
                    for name, (row, verdict) in todo.items()
                ]
                if any(put):
                    self._database.hint(work_table.TOPIC, db)
        return offered

    def claim(self, run: str, among: Mapping[str, str] | None = None) -> str | None:
        """An experiment to look after, for this run alone as long as it beats; None when there is nothing to do.

        Args:
            among: the digests of the documents that it has; None claims whatever there is.
        """
        with self._database.reading() as db:
            if not work_table.is_any(db):
                return None
        with self._database.transaction() as db:
            return work_table.claim(db, run, among, self._clock(), self._machine, self._database.skip_locked)

    def complete(self, run: str, experiment: str, looked: Looked | None = None) -> None:
        """It was looked after; without ``looked``, the attempt failed.

        Raises:
            Locked: the claim went to another run in the meantime.
        """
        with self._database.transaction() as db:
            work_table.complete(db, run, experiment, looked, self._clock().isoformat())

    def beat(self, run: str) -> None:
        """Say that the run lives: what a silent one has claimed is free again."""
        with self._database.transaction() as db:
            work_table.beat(db, run, self._clock().isoformat())

    def leave(self, run: str) -> None:
        """The run looks after nothing any more; what it had claimed is free at once."""
        with self._database.transaction() as db:
            work_table.leave(db, run, self._clock().isoformat())
            self._database.hint(work_table.TOPIC, db)

    def wait(self, seconds: float) -> bool:
        """Until somebody says that there is work (True), or ``seconds`` have passed; look in either case."""
        return self._database.wait(work_table.TOPIC, seconds)
