"""What we made, what we are about to make, and who may: the one door to the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from reconciler.model.address import Address
from reconciler.model.errors import Faulty
from reconciler.model.outcome import Failed, Outcome
from reconciler.model.plan import Plan, Step
from reconciler.model.resource import Observed
from reconciler.resources.allocations import Allocations, OpenIntent
from reconciler.resources.kinds import HOLDING, KINDS
from reconciler.resources.number_ranges import IPV4
from reconciler.store import experiments, external_reservations, journal, nodes, numbers, resources, runs, stale_state
from reconciler.store.audit import SITE, AuditAction, AuditEntry, AuditLog
from reconciler.store.experiments import ExperimentRow
from reconciler.store.leases import QUARANTINE, LeaseStore
from reconciler.store.process import Machine, ThisMachine
from reconciler.store.runs import LockRow
from reconciler.store.sql import Backend, Clock, Sql
from reconciler.store.work_queue import WorkQueue

__all__ = ["ExperimentRow", "LockRow", "Store"]

BAD_AFTER = 2
"""A node that failed to be imaged so often in this life of the experiment is left out in favour of a spare."""


class Store:
    """Every call returns only once its effect would survive a power cut."""

    def __init__(
        self,
        database: Backend,
        clock: Clock,
        machine: Machine | None = None,
        quarantine: timedelta = QUARANTINE,
    ) -> None:
        self._database, self._clock, self._machine = database, clock, machine or ThisMachine()
        self.audit = AuditLog(database, clock, self._machine)
        self.leases = LeaseStore(database, clock, quarantine, self.audit)
        self.work = WorkQueue(database, clock, self._machine)

    # -- reading -------------------------------------------------------------------------------

    def allocations(self, experiment: str) -> Allocations:
        nodes, addresses, ids = self.leases.taken(experiment)
        with self._database.reading() as db:
            recorded, intended = resources.read_resources(db, experiment)
            bad = db.execute(
                "SELECT node FROM node_failures WHERE experiment = ? AND count >= ?", (experiment, BAD_AFTER)
            ).fetchall()
            still_open = self._open(db, experiment)
            fence = runs.fence_of(db, experiment)
        failed = frozenset(node for (node,) in bad)
        return Allocations(recorded, intended, nodes, addresses, ids, failed, still_open, fence)

    def _open(self, db: Sql, experiment: str) -> dict[Address, OpenIntent]:
        """By address, one that is doubtful before others, else the latest."""
        intents = journal.open_intents(db, experiment)
        known = runs.runs_of(db, [intent.run for intent in intents])
        me = self._machine.me() if intents else None
        found: dict[Address, OpenIntent] = {}
        for intent in intents:
            run = known.get(intent.run)
            doubtful = run is not None and run.process != me and not run.is_over(self._machine)
            earlier = found.get(intent.address)
            if earlier is None or doubtful or not earlier.doubtful:
                found[intent.address] = OpenIntent(
                    intent.action, intent.endpoint, intent.run, intent.accepted, intent.ticket, doubtful
                )
        return found

    def experiments(self) -> list[ExperimentRow]:
        with self._database.reading() as db:
            return experiments.read_experiments(db)

    def experiment(self, name: str) -> ExperimentRow | None:
        return next((row for row in self.experiments() if row.name == name), None)

    def serial(self, experiment: str) -> int:
        """Grows with every commit of a run that has the experiment; 0 before the first."""
        with self._database.reading() as db:
            row = db.execute("SELECT serial FROM locks WHERE experiment = ?", (experiment,)).fetchone()
        return int(row[0]) if row else 0

    # -- the life of an experiment ----------------------------------------------------------------

    def begin(
        self, name: str, digest: str, walltime: timedelta | None, on_expiry: str, project: str = "", run: str = ""
    ) -> ExperimentRow:
        """Note that the experiment is wanted as ``digest`` says.  The walltime counts from the first time.

        Here and in ``end``: raises Locked when there is a ``run`` and it has the experiment no longer.
        """
        with self._database.transaction() as db:
            if run:
                runs.keep(db, name, run, self._clock().isoformat())
            row, fresh = experiments.begin(db, name, digest, walltime, on_expiry, project, self._clock())
            if fresh:
                what = f"life {row.life}, generation {row.generation}" + (f", project {project}" if project else "")
                self.audit.note(db, name, [AuditEntry(AuditAction.WANTED, what, digest, run)])
        return row

    def end(self, name: str, run: str = "") -> None:
        """Nothing of it is left: forget it, but for how often it lived."""
        with self._database.transaction() as db:
            if run:
                runs.keep(db, name, run, self._clock().isoformat())
            if experiments.end(db, name):
                self.audit.note(db, name, [AuditEntry(AuditAction.GONE, "no resources are left", run=run)])

    # -- the journal ---------------------------------------------------------------------------------
    # Each of these raises Locked when another run has taken the experiment over; then nothing is written.

    def prepare(self, run: str, plan: Plan) -> None:
        """Write down what a pass decided, and what its plan found out without doing anything."""
        names = {a.experiment for a in (*plan.gone, *plan.steps, *(r.address for r in plan.record))}
        if not names:
            return
        now = self._clock().isoformat()
        by_name = {n: [step for a, step in plan.steps.items() if a.experiment == n] for n in sorted(names)}
        deeds = {name: self.audit.planned(run, steps) for name, steps in by_name.items() if steps}
        with self._database.transaction() as db:
            for experiment, steps in by_name.items():
                runs.keep(db, experiment, run, now)
                journal.prepare(db, run, experiment, steps, now)
                if steps:
                    self.audit.note(db, experiment, [deeds[experiment]])
            resources.forget(db, plan.gone)
            resources.record(db, plan.record)

    def issue(self, run: str, steps: Sequence[Step[Any]]) -> None:
        """Record intents, and what they are about to make, before any device is called; and that the run is alive.

        Raises:
            Refused: a node that is to be touched is not reserved to the experiment any more; nothing may be sent.
        """
        now = self._clock().isoformat()
        deeds = self.audit.issued(run, steps)
        with self._database.transaction() as db:
            self._keep(db, run, [step.change.address for step in steps], now)
            nodes.check_held(db, [step.change.resource for step in steps])
            journal.issue(db, run, steps, now)
            for experiment in _experiments(a for a in _addresses(steps) if a.kind not in HOLDING):
                numbers.bind(db, experiment)
            for experiment in sorted(deeds):
                self.audit.note(db, experiment, deeds[experiment])

    def settle(self, run: str, settled: Iterable[tuple[Step[Any], Outcome]]) -> None:
        """Record what became of issued steps.

        When one of them may still land, the run goes on under a new epoch: so that a device which was asked behind a
        barrier tells the late call from those that this run makes afterwards.
        """
        now = self._clock().isoformat()
        pairs = list(settled)
        with self._database.transaction() as db:
            self._keep(db, run, [step.change.address for step, _ in pairs], now)
            journal.settle(db, run, pairs, now)
            for experiment in _experiments(outcome.address for _, outcome in pairs if _may_land_yet(outcome)):
                runs.renew(db, experiment, run)
            _count_failures(db, pairs, now)

    def resolve(self, run: str, observed: Mapping[Address, Observed[Any]]) -> None:
        """Settle open intents by what was seen behind a barrier; those of runs that may still act stay open."""
        now = self._clock().isoformat()
        for experiment in _experiments(observed):
            with self._database.reading() as db:
                if not self._settleable(db, run, experiment) and not resources.intends(db, experiment):
                    continue
            with self._database.transaction() as db:
                runs.keep(db, experiment, run, now)
                known = self._settleable(db, run, experiment)
                journal.resolve(db, experiment, known, observed).write(db, now)

    def quarantine_address(self, run: str, number: int, reason: str) -> None:
        """A stranger uses an address of the run's experiment: it is taken out of the pool, and ours has to move."""
        with self._database.transaction() as db:
            for experiment in runs.held_by(db, run):
                runs.keep(db, experiment, run, self._clock().isoformat())
                if external_reservations.is_of(db, experiment, IPV4, number):
                    external_reservations.mark_foreign(db, IPV4, number, reason)

    def report_unknown_epoch(self, run: str, experiment: str, epoch: int, found: str) -> None:
        """A run met a mark of this experiment and epoch: nothing more is done if this database knows none such."""
        with self._database.transaction() as db:
            runs.held_by(db, run)
            stale_state.report_unknown_epoch(db, experiment, epoch, found)

    def _settleable(self, db: Sql, run: str, experiment: str) -> list[journal.Intent]:
        intents = journal.open_intents(db, experiment)
        known = runs.runs_of(db, [intent.run for intent in intents])
        me = self._machine.me() if intents else None
        return [
            intent
            for intent in intents
            for whose in (known.get(intent.run),)
            if intent.run == run or whose is None or whose.process == me or whose.is_over(self._machine)
        ]

    def _keep(self, db: Sql, run: str, addresses: Iterable[Address], now: str) -> None:
        for experiment in _experiments(addresses):
            runs.keep(db, experiment, run, now)

    # -- locks -----------------------------------------------------------------------------------------

    def lock(self, experiment: str, run: str) -> int:
        """Take the experiment for this run; a dead or silent holder's lock is taken over.  Its epoch fences devices.

        Raises:
            Locked: another run holds it; the message names it.
        """
        now = self._clock()
        with self._database.transaction() as db:
            epoch = runs.take(db, experiment, run, now, self._machine)
            runs.note_deaths(db, experiment, now.isoformat(), self._machine)
        return epoch

    def beat(self, experiment: str, run: str) -> None:
        """Say that the run lives: a lock whose holder is silent for long is taken over, also while its process lives.

        Raises:
            Locked: another run has taken the experiment over; nothing more may be done.
        """
        with self._database.transaction() as db:
            runs.keep(db, experiment, run, self._clock().isoformat())

    def unlock(self, experiment: str, run: str) -> None:
        with self._database.transaction() as db:
            runs.leave(db, experiment, run, self._clock().isoformat())
            self.audit.close_run(db, experiment, run)

    def locks(self) -> list[LockRow]:
        with self._database.reading() as db:
            return runs.locks(db, self._machine)

    def release_lock(self, experiment: str, proved_dead: bool = False) -> LockRow | None:
        """Take the lock from whoever holds it.  ``proved_dead``: a person knows that no run of it acts any more.

        Raises:
            Refused: such a run lives on this machine, as anybody can see.
        """
        now = self._clock().isoformat()
        with self._database.transaction() as db:
            holder = runs.release(db, experiment, now, self._machine, proved_dead=proved_dead)
            if holder or proved_dead:
                whose = f"lock of run {holder.run} on {holder.machine}" if holder else "lock that no run held"
                what = f"{whose}; declared dead by a person" if proved_dead else whose
                self.audit.note(db, experiment, [AuditEntry(AuditAction.LOCK_RELEASED, what)])
        return holder

    def catch_up(self) -> int | None:
        """A person knows that this state database is older than the devices, and wants to go on with them.

        Returns the epoch after which acquisitions go on; None when the state database was not found to be behind.
        """
        with self._database.transaction() as db:
            epoch = stale_state.catch_up(db)
            if epoch is not None:
                what = f"state database older than the devices; continues after epoch {epoch}"
                self.audit.note(db, SITE, [AuditEntry(AuditAction.CAUGHT_UP, what)])
        return epoch

    def close(self) -> None:
        self._database.close()


def _experiments(addresses: Iterable[Address]) -> list[str]:
    return sorted({address.experiment for address in addresses})


def _addresses(steps: Iterable[Step[Any]]) -> list[Address]:
    return [step.change.address for step in steps]


def _may_land_yet(outcome: Outcome) -> bool:
    return isinstance(outcome, Failed) and outcome.unsure


def _count_failures(db: Sql, pairs: Sequence[tuple[Step[Any], Outcome]], now: str) -> None:
    failed = [
        (step.change.address.experiment, step.change.address.name, now)
        for step, outcome in pairs
        if isinstance(outcome, Failed)
        and isinstance(outcome.error, Faulty)
        and KINDS[step.change.address.kind].takes_carried
    ]
    db.executemany(
        "INSERT INTO node_failures (experiment, node, count, last) VALUES (?, ?, 1, ?)"
        " ON CONFLICT (experiment, node) DO UPDATE SET count = node_failures.count + 1, last = excluded.last",
        failed,
    )
