"""One run of apply or destroy: lock, show, ask, converge, sum up; stopped gracefully by a signal."""

from __future__ import annotations

import os
import signal
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from reconciler.cli.confirm import confirm
from reconciler.cli.ending import code_of
from reconciler.cli.events import EventLog
from reconciler.cli.exits import Exit, exit_of
from reconciler.cli.locking import locked
from reconciler.cli.options import RunOptions, check_selection
from reconciler.cli.output import say
from reconciler.cli.progress import Progress, make_progress
from reconciler.cli.saved import SavedPlan, check_fits, check_state
from reconciler.engine.effects import Finished, PassPlanned, Settled
from reconciler.engine.run_config import CompileDesired, nothing_desired
from reconciler.engine.view import View
from reconciler.loop.converge import converge, note, survey
from reconciler.loop.run_context import RunContext
from reconciler.model.address import Address
from reconciler.model.errors import ReconcilerError, Refused
from reconciler.model.outcome import Failed
from reconciler.model.plan import Plan
from reconciler.planning.lifetime import Lifetime
from reconciler.planning.narrow import EVERYTHING, Selection
from reconciler.planning.render import render_plan, summarise
from reconciler.wiring import Context, Stop, utc_now

if TYPE_CHECKING:
    from reconciler.spec.experiment import Experiment


@dataclass(frozen=True, slots=True)
class Run:
    """How one run ended."""

    experiment: str
    run: str
    code: Exit
    summary: str
    finished: Finished | None = None

    def as_data(self) -> dict[str, Any]:
        data: dict[str, Any] = {"experiment": self.experiment, "run": self.run, "exitCode": int(self.code)}
        data["summary"] = self.summary
        if self.finished is not None:
            plan = self.finished.decision.plan
            data |= {
                "converged": self.finished.converged,
                "changes": self.finished.changed_count,
                "failed": {str(a): error for a, error in self.finished.failed.items()},
                "notStarted": {str(a): reason for a, reason in self.finished.held_back.items()},
                "unknown": {str(a): reason for a, reason in plan.unknown.items()},
                "foreign": {str(a): reason for a, reason in plan.foreign.items()},
                "waiting": {str(a): reason for a, reason in plan.waiting.items()},
            }
        return data


@dataclass(frozen=True, slots=True)
class Runner:
    run_options: RunOptions
    quiet: bool = False
    selection: Selection = EVERYTHING

    def apply(self, context: Context, experiment: Experiment, saved: SavedPlan | None = None) -> Run:
        name = experiment.metadata.name
        compile_desired = context.compile_desired(experiment)
        term = self.term(context, experiment)
        term.refuse_if_over(name, utc_now())
        with self._locked(context, name) as session:
            term.refuse_if_taken_down(name, self.term(context, experiment), utc_now())
            if saved is not None:
                check_state(saved, context.store)
            view = View()
            decision = survey(session, compile_desired, view, self.selection)
            check_selection(self.selection, decision)
            plan = decision.plan
            if saved is not None:
                check_fits(saved, plan)
                say(f"{name}: the world is as the saved plan found it")
            if plan.converged:
                self._begin(context, experiment, session.run)
                note(session, decision)
                return Run(name, session.run, Exit.OK, f"{name}: converged; nothing to do")
            self._ask(name, plan, f"Apply to {name}?", shown=saved is not None)
            self._begin(context, experiment, session.run)
            session = self._bounded(context, experiment, session)
            run = self._converge(context.stop, session, compile_desired, plan, view)
            if run.code is Exit.OK or session.now_s() < session.closes_s or not expiry_destroys(experiment):
                return run
            say(f"{name}: its lifetime is over, so it is taken down")
            return self._take_down(context, self._unbounded(session), View(), None)

    def _begin(self, context: Context, experiment: Experiment, run: str) -> None:
        """Note what is wanted now, and until when."""
        lifetime = experiment.spec.lifetime
        walltime, on_expiry = (lifetime.walltime, lifetime.on_expiry.value) if lifetime else (None, "keep")
        name, project = experiment.metadata.name, experiment.spec.project or ""
        context.store.begin(name, context.digest(experiment), walltime, on_expiry, project, run=run)

    def destroy(self, context: Context, name: str) -> Run:
        with self._locked(context, name) as session:
            return self._take_down(context, session, View(), f"Destroy {name}?")

    def expire(self, context: Context, experiment: Experiment) -> Run | None:
        """Take it down if its time has come; None when it has not.

        Raises:
            Refused: it was applied meanwhile, and may be to live longer: look again.
        """
        name, row = experiment.metadata.name, context.store.experiment(experiment.metadata.name)
        if not self.term(context, experiment).is_due(utc_now()):
            return None
        say(f"{name}: its lifetime is over")
        with self._locked(context, name) as session:
            if context.store.experiment(name) != row:
                raise Refused(f"{name}: it was applied just as its lifetime ended, and is left as it is; look again")
            return self._take_down(context, session, View(), f"Destroy {name}?")

    def _take_down(self, context: Context, session: RunContext, view: View, question: str | None) -> Run:
        name = session.experiment
        decision = survey(session, nothing_desired, view)
        if decision.plan.converged:
            context.store.end(name, run=session.run)
            return Run(name, session.run, Exit.OK, f"{name}: nothing is left of it")
        if question is not None:
            self._ask(name, decision.plan, question, shown=False)
        run = self._converge(context.stop, session, nothing_desired, decision.plan, view)
        if run.code is not Exit.OK:
            return run
        context.store.end(name, run=session.run)
        return replace(run, summary=f"{name}: destroyed; nothing is left of it")

    def term(self, context: Context, experiment: Experiment) -> Lifetime:
        """How long the experiment is to live, by its document as it is now."""
        row, lifetime = context.store.experiment(experiment.metadata.name), experiment.spec.lifetime
        began, walltime = row.created_at if row else None, lifetime.walltime if lifetime else None
        return Lifetime.of(began, walltime, destroys=expiry_destroys(experiment))

    def _bounded(self, context: Context, experiment: Experiment, session: RunContext) -> RunContext:
        """Make nothing that could not be taken down in time; where it is to go at the end, end the run for that."""
        term = self.term(context, experiment)
        closes_s = session.now_s() + term.closes_in_s(utc_now())
        deadline_s = min(session.deadline_s, closes_s) if term.destroys else session.deadline_s
        return replace(session, closes_s=closes_s, deadline_s=deadline_s)

    def _unbounded(self, session: RunContext) -> RunContext:
        return replace(session, closes_s=float("inf"), deadline_s=float("inf"))

    def _ask(self, name: str, plan: Plan, question: str, *, shown: bool) -> None:
        if not shown and not (self.quiet and self.run_options.yes):
            say(render_plan(name, plan) + "\n")
        if self.run_options.yes:
            return
        confirm(question, name)

    @contextmanager
    def _locked(self, context: Context, name: str) -> Iterator[RunContext]:
        run = uuid.uuid4().hex[:12]
        with locked(context, name, run, self.run_options.lock_timeout), graceful(context.stop):
            yield context.session(name, run, self.run_options.timeout, has_lock=True)

    def _converge(
        self, stop: Stop, session: RunContext, compile_desired: CompileDesired, approved: Plan, seen: View
    ) -> Run:
        name = session.experiment
        view = seen if self.run_options.yes else None  # while a person thinks, the world moves
        finished: Finished | None = None
        failed: dict[Address, ReconcilerError] = {}
        with EventLog(self.run_options.events, session.run, name) as log, make_progress(self.quiet) as progress:
            log.started()
            for report in converge(session, compile_desired, approved, self.selection, view):
                log.report(report)
                if isinstance(report, Finished):
                    finished = report
                    _show_remains(progress, report)
                    continue
                if isinstance(report, Settled) and isinstance(report.outcome, Failed):
                    failed[report.outcome.address] = report.outcome.error
                _show(progress, name, report)
            if finished is None:
                raise AssertionError("a run ends with its last word")
            code = code_of(finished, failed, _stopped(stop))
            log.ended(code, finished)
        return Run(name, session.run, code, _summary(name, finished), finished)


def _show(progress: Progress, name: str, report: object) -> None:
    if isinstance(report, PassPlanned):
        if report.number > 1 and report.decision.plan.steps:
            progress.line(f"pass {report.number}: {summarise(report.decision.plan)}")
        progress.planned(report.decision.plan)
    else:
        progress.report(report)


def _show_remains(progress: Progress, finished: Finished) -> None:
    for address, error in finished.failed.items():
        progress.line(f"failed {address}: {error}")
    for address, reason in finished.held_back.items():
        progress.line(f"held back {address}: {reason}")
    for what, reasons in (("unknown", finished.decision.plan.unknown), ("not ours", finished.decision.plan.foreign)):
        for address, reason in list(reasons.items())[:20]:
            progress.line(f"{what} {address}: {reason}")


def _stopped(stop: Stop) -> Exit:
    """Why a run was stopped before its end."""
    if stop.because is not None:
        return exit_of(stop.because)
    return Exit.TERMINATED if _last_signal == signal.SIGTERM else Exit.INTERRUPTED


def _summary(name: str, finished: Finished) -> str:
    done = f"{finished.changed_count} change{'s' if finished.changed_count != 1 else ''} made"
    if finished.converged:
        return f"{name}: converged; {done}, everything observed as wanted"
    left = summarise(finished.decision.plan)
    why = "interrupted" if finished.interrupted else "out of time" if finished.timed_out else "not converged"
    return f"{name}: {why}; {done}; left: {left}. Running the same command again resumes."


def expiry_destroys(experiment: Experiment) -> bool:
    lifetime = experiment.spec.lifetime
    return lifetime is not None and lifetime.on_expiry.value == "destroy"


_last_signal: int = 0


@contextmanager
def graceful(stop: Stop) -> Iterator[None]:
    """First SIGINT or SIGTERM: nothing more is started; second: the waits are abandoned, the journal stays open."""

    def on_signal(number: int, frame: object) -> None:
        global _last_signal
        _last_signal = number
        if stop():
            os.write(2, b"abandoned; what was under way is in the journal, the next run looks at it first\n")
            os._exit(128 + number)
        stop.set()
        os.write(2, b"\nstopping: what is under way is finished, nothing more is started (again: abandon)\n")

    before = {number: signal.signal(number, on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
