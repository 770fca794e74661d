"""Runs at the terminal: shown as they report, asked about, their events written; the result as data."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any

from reconciler.cli.confirm import is_confirmed
from reconciler.cli.events import EventLog
from reconciler.cli.exits import exit_of_ending
from reconciler.cli.options import ChangeOptions
from reconciler.cli.output import say
from reconciler.cli.progress import Progress, make_progress
from reconciler.engine.effects import Finished, PassPlanned
from reconciler.planning.narrow import EVERYTHING, Selection
from reconciler.planning.render import render_plan, summarise
from reconciler.runs.context import Context
from reconciler.runs.passes import RunResult
from reconciler.runs.proposal import Approval, Proposal, propose_apply, propose_destroy
from reconciler.runs.report import (
    LifetimeOver,
    LockLost,
    Proposed,
    RunAborted,
    RunEnded,
    RunReport,
    RunStarted,
    SavedPlanFits,
)

if TYPE_CHECKING:
    from reconciler.runs.saved_plan import SavedPlan
    from reconciler.spec.experiment import Experiment


class RunDisplay:
    """What the runs of one command are shown on; ``quiet`` when the result is JSON."""

    def __init__(self, options: ChangeOptions, *, quiet: bool = False) -> None:
        self._options, self._quiet = options, quiet
        self._open = ExitStack()
        self._log: EventLog | None = None
        self._progress: Progress | None = None
        self._experiment = ""

    def __enter__(self) -> RunDisplay:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.__exit__(kind, error, trace)

    def report(self, report: RunReport) -> None:
        match report:
            case RunStarted(experiment, run):
                self._begin(experiment, run)
            case RunEnded(ending, finished):
                if self._log is not None:
                    self._log.ended(exit_of_ending(ending), finished)
                self._open.close()
            case RunAborted(error):
                self._open.__exit__(type(error), error, error.__traceback__)
            case SavedPlanFits(experiment):
                say(f"{experiment}: the state is as it was when the plan was saved")
            case Proposed(experiment, plan, saved):
                if not saved and not (self._quiet and self._options.yes):
                    say(render_plan(experiment, plan) + "\n")
            case LifetimeOver(experiment, applied):
                say(f"{experiment}: its lifetime is over{', so it is taken down' if applied else ''}")
            case LockLost(_, error):
                say(str(error))
            case _:
                self._show(report)

    def _begin(self, experiment: str, run: str) -> None:
        self._experiment = experiment
        self._log = self._open.enter_context(EventLog(self._options.events, run, experiment))
        self._progress = self._open.enter_context(make_progress(self._quiet))
        self._log.started()

    def _show(self, event: object) -> None:
        """An event of the run that is under way."""
        if self._log is None or self._progress is None:
            return
        self._log.report(event)
        match event:
            case PassPlanned(number, decision):
                if number > 1 and decision.plan.steps:
                    self._progress.line(f"pass {number}: {summarise(decision.plan)}")
                self._progress.planned(decision.plan)
            case Finished():
                _show_remains(self._progress, event)
            case _:
                self._progress.report(event)


def _show_remains(progress: Progress, finished: Finished) -> None:
    for address, error in finished.failed.items():
        progress.line(f"failed {address}: {error}")
    for address, reason in finished.held_back.items():
        progress.line(f"held back {address}: {reason}")
    plan = finished.decision.plan
    for address, part in plan.pending.items():
        progress.line(f"pending {address}: {part}")
    for what, reasons in (("unknown", plan.unknown), ("not managed by this experiment", plan.foreign)):
        for address, reason in list(reasons.items())[:20]:
            progress.line(f"{what} {address}: {reason}")


@dataclass(frozen=True, slots=True)
class Terminal:
    """Where a command's runs are shown and its questions are asked; ``quiet`` when the result is JSON."""

    options: ChangeOptions
    selection: Selection = EVERYTHING
    quiet: bool = False

    def apply(self, context: Context, experiment: Experiment, saved: SavedPlan | None = None) -> RunResult:
        run_options = self.options.for_runs(self.selection)
        with (
            self._display() as display,
            propose_apply(context, experiment, run_options, display.report, saved) as proposal,
        ):
            return proposal.carry_out(self._ask(proposal, f"Apply to {experiment.metadata.name}?"))

    def destroy(self, context: Context, name: str) -> RunResult:
        with (
            self._display() as display,
            propose_destroy(context, name, self.options.for_runs(), display.report) as proposal,
        ):
            return proposal.carry_out(self._ask(proposal, f"Destroy {name}?"))

    def _display(self) -> RunDisplay:
        return RunDisplay(self.options, quiet=self.quiet)

    def _ask(self, proposal: Proposal, question: str) -> Approval:
        """The word of the person; with ``--yes`` it was given on the command line."""
        if self.options.yes or proposal.plan.converged:
            return Approval.STANDING
        return Approval.GIVEN if is_confirmed(question) else Approval.DENIED


def as_data(result: RunResult) -> dict[str, Any]:
    data: dict[str, Any] = {
        "experiment": result.experiment,
        "run": result.run,
        "exitCode": int(exit_of_ending(result.ending)),
        "summary": result.summary,
    }
    if result.finished is not None:
        plan = result.finished.decision.plan
        data |= {
            "converged": result.finished.converged,
            "changes": result.finished.changed_count,
            "failed": {str(a): error for a, error in result.finished.failed.items()},
            "notStarted": {str(a): reason for a, reason in result.finished.held_back.items()},
            "unknown": {str(a): reason for a, reason in plan.unknown.items()},
            "foreign": {str(a): reason for a, reason in plan.foreign.items()},
            "waiting": {str(a): reason for a, reason in plan.waiting.items()},
            "pending": {str(a): str(part) for a, part in plan.pending.items()},
        }
    return data
