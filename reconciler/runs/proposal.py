"""What a run is about to do to an experiment, and doing it once somebody has said yes.

A proposal lives as long as its ``with`` block: so long the run has the experiment's lock.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, TypeAlias

from reconciler.engine.effects import Decision
from reconciler.engine.run_config import nothing_desired
from reconciler.engine.view import View
from reconciler.loop.converge import note, survey
from reconciler.model.errors import Refused
from reconciler.model.plan import Plan
from reconciler.planning.narrow import EVERYTHING
from reconciler.planning.render import NO_CHANGES
from reconciler.runs.context import Context
from reconciler.runs.ending import Ending
from reconciler.runs.lifetime import bounded, expiry_destroys, lifetime_of, unbounded
from reconciler.runs.lock import DEFAULTS, LockedRun, RunOptions, lock_experiment
from reconciler.runs.passes import RunResult, converge_run
from reconciler.runs.report import LifetimeOver, Proposed, Reporter, SavedPlanFits, ignore
from reconciler.runs.survey import check_selection

if TYPE_CHECKING:
    from reconciler.runs.saved_plan import SavedPlan
    from reconciler.spec.experiment import Experiment


class Approval(Enum):
    """The word of whoever answers for what is done."""

    STANDING = "standing"
    """Given before the plan was known: what was just observed for it is used."""
    GIVEN = "given"
    """For this plan, by somebody who looked at it: meanwhile the world may have moved, and is observed again."""
    DENIED = "denied"

    def require(self, experiment: str) -> None:
        """Raises Refused: it was denied."""
        if self is Approval.DENIED:
            raise Refused(f"{experiment}: not confirmed; nothing was done")

    def usable(self, view: View) -> View | None:
        """What of the observations is still good enough to act on."""
        return view if self is Approval.STANDING else None


@dataclass(frozen=True, slots=True)
class ApplyProposal:
    """To make the world as the experiment's documents say."""

    run: LockedRun
    experiment: Experiment
    decision: Decision
    view: View

    @property
    def plan(self) -> Plan:
        """When it is converged there is nothing to approve."""
        return self.decision.plan

    def carry_out(self, approval: Approval) -> RunResult:
        """Until what is wanted is observed or nothing more can be done; taken down if its lifetime ends meanwhile.

        Raises:
            Refused: it was not approved.
            Locked: another run has taken the experiment over.
        """
        run, name = self.run, self.run.experiment
        if self.plan.converged:
            _begin(run, self.experiment)
            note(run.session, self.decision)
            return RunResult(name, run.session.run, Ending.CONVERGED, f"{name}: {NO_CHANGES}")
        approval.require(name)
        _begin(run, self.experiment)
        run = replace(run, session=bounded(run.context, self.experiment, run.session))
        compile_desired = run.context.compile_desired(self.experiment)
        result = converge_run(run, compile_desired, self.plan, approval.usable(self.view))
        closed = run.session.now_s() >= run.session.closes_s
        if result.ending is Ending.CONVERGED or not closed or not expiry_destroys(self.experiment):
            return result
        run.report(LifetimeOver(name, applied=True))
        whole = replace(run, session=unbounded(run.session), selection=EVERYTHING)
        return _survey_for_destroy(whole).carry_out(approval)


@dataclass(frozen=True, slots=True)
class DestroyProposal:
    """To take down all that is recorded of the experiment."""

    run: LockedRun
    plan: Plan
    view: View

    def carry_out(self, approval: Approval) -> RunResult:
        """As ``ApplyProposal.carry_out``; afterwards the experiment is forgotten if nothing of it is left."""
        run, name = self.run, self.run.experiment
        if self.plan.converged:
            run.context.store.end(name, run=run.session.run)
            return RunResult(name, run.session.run, Ending.CONVERGED, f"{name}: no resources are left")
        approval.require(name)
        result = converge_run(run, nothing_desired, self.plan, approval.usable(self.view))
        if result.ending is not Ending.CONVERGED:
            return result
        run.context.store.end(name, run=run.session.run)
        return replace(result, summary=f"{name}: destroyed; no resources are left")


Proposal: TypeAlias = ApplyProposal | DestroyProposal


@contextmanager
def propose_apply(
    context: Context,
    experiment: Experiment,
    options: RunOptions,
    report: Reporter,
    saved: SavedPlan | None = None,
) -> Iterator[ApplyProposal]:
    """Lock the experiment, observe and plan.

    Args:
        saved: the plan that is to be carried out, and no other.

    Raises:
        Refused: its lifetime is over.
        Stale: the saved plan no longer fits.
        Locked, Interrupted: no lock.
        NotFound: a glob of the selection matches nothing.
    """
    name, before = experiment.metadata.name, lifetime_of(context, experiment)
    before.refuse_if_over(name, context.now())
    with lock_experiment(context, name, options, report) as run:
        before.refuse_if_taken_down(name, lifetime_of(context, experiment), context.now())
        if saved is not None:
            saved.check_state(context.store)
        view = View()
        decision = survey(run.session, context.compile_desired(experiment), view, run.selection)
        check_selection(run.selection, decision)
        if saved is not None:
            saved.check_fits(decision.plan)
            report(SavedPlanFits(name))
        if not decision.plan.converged:
            report(Proposed(name, decision.plan, saved is not None))
        yield ApplyProposal(run, experiment, decision, view)


@contextmanager
def propose_destroy(context: Context, name: str, options: RunOptions, report: Reporter) -> Iterator[DestroyProposal]:
    """Lock the experiment, and observe what is recorded of it.  Raises Locked, Interrupted: no lock."""
    with lock_experiment(context, name, options, report) as run:
        yield _proposed(_survey_for_destroy(run))


@contextmanager
def propose_expiry(
    context: Context, experiment: Experiment, options: RunOptions, report: Reporter
) -> Iterator[DestroyProposal | None]:
    """As ``propose_destroy`` when the experiment's time has come; None when it has not.

    Raises:
        Refused: it was applied meanwhile, and may be to live longer: look again.
    """
    name, row = experiment.metadata.name, context.store.experiment(experiment.metadata.name)
    if not lifetime_of(context, experiment).is_due(context.now()):
        yield None
        return
    report(LifetimeOver(name))
    with lock_experiment(context, name, options, report) as run:
        if context.store.experiment(name) != row:
            raise Refused(f"{name}: it was applied just as its lifetime ended, and is left as it is; look again")
        yield _proposed(_survey_for_destroy(run))


def _survey_for_destroy(run: LockedRun) -> DestroyProposal:
    view = View()
    return DestroyProposal(run, survey(run.session, nothing_desired, view).plan, view)


def _proposed(proposal: DestroyProposal) -> DestroyProposal:
    if not proposal.plan.converged:
        proposal.run.report(Proposed(proposal.run.experiment, proposal.plan))
    return proposal


def _begin(run: LockedRun, experiment: Experiment) -> None:
    """Note what is wanted now, and until when."""
    lifetime = experiment.spec.lifetime
    walltime, on_expiry = (lifetime.walltime, lifetime.on_expiry.value) if lifetime else (None, "keep")
    digest, project = run.context.digest(experiment), experiment.spec.project or ""
    run.context.store.begin(run.experiment, digest, walltime, on_expiry, project, run=run.session.run)


# -- for whoever has said yes already ------------------------------------------------------------------


def apply(
    context: Context, experiment: Experiment, options: RunOptions = DEFAULTS, report: Reporter = ignore
) -> RunResult:
    """Raises what ``propose_apply`` and ``carry_out`` raise."""
    with propose_apply(context, experiment, options, report) as proposal:
        return proposal.carry_out(Approval.STANDING)


def destroy(context: Context, name: str, options: RunOptions = DEFAULTS, report: Reporter = ignore) -> RunResult:
    with propose_destroy(context, name, options, report) as proposal:
        return proposal.carry_out(Approval.STANDING)


def expire(
    context: Context, experiment: Experiment, options: RunOptions = DEFAULTS, report: Reporter = ignore
) -> RunResult | None:
    """Take it down if its time has come; None when it has not."""
    with propose_expiry(context, experiment, options, report) as proposal:
        return None if proposal is None else proposal.carry_out(Approval.STANDING)
