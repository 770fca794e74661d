"""The passes of a run, reported as they happen, and what came of them."""

from __future__ import annotations

from dataclasses import dataclass

from reconciler.engine.effects import Finished, Settled
from reconciler.engine.run_config import CompileDesired
from reconciler.engine.view import View
from reconciler.loop.converge import converge
from reconciler.model.address import Address
from reconciler.model.errors import ReconcilerError
from reconciler.model.outcome import Failed
from reconciler.model.plan import Plan
from reconciler.planning.render import summarise
from reconciler.runs.ending import Ending, ending_of
from reconciler.runs.lock import LockedRun
from reconciler.runs.report import RunAborted, RunEnded, RunStarted


@dataclass(frozen=True, slots=True)
class RunResult:
    """How one run ended; ``finished`` is None where nothing had to be done, or it could not begin."""

    experiment: str
    run: str
    ending: Ending
    summary: str
    finished: Finished | None = None


def converge_run(run: LockedRun, compile_desired: CompileDesired, approved: Plan, view: View | None) -> RunResult:
    """Pass after pass.  Raises Locked: another run has taken the experiment over."""
    name = run.experiment
    run.report(RunStarted(name, run.session.run))
    try:
        finished, failed = _follow(run, compile_desired, approved, view)
    except BaseException as error:
        run.report(RunAborted(error))
        raise
    ending = ending_of(finished, failed, run.context.stop.because)
    run.report(RunEnded(ending, finished))
    return RunResult(name, run.session.run, ending, _summary(name, finished), finished)


def _follow(
    run: LockedRun, compile_desired: CompileDesired, approved: Plan, view: View | None
) -> tuple[Finished, dict[Address, ReconcilerError]]:
    failed: dict[Address, ReconcilerError] = {}
    for event in converge(run.session, compile_desired, approved, run.selection, view):
        run.report(event)
        if isinstance(event, Finished):
            return event, failed
        if isinstance(event, Settled) and isinstance(event.outcome, Failed):
            failed[event.outcome.address] = event.outcome.error
    raise AssertionError("a run ends with its last word")


def _summary(name: str, finished: Finished) -> str:
    done = f"{finished.changed_count} change{'s' if finished.changed_count != 1 else ''} made"
    if finished.converged:
        return f"{name}: converged; {done}, the observed state matches the desired state"
    left = summarise(finished.decision.plan)
    why = "interrupted" if finished.interrupted else "timed out" if finished.timed_out else "not converged"
    return f"{name}: {why}; {done}; left: {left}. Running the same command again resumes."
