"""What a run tells, and how it says that it ended."""

from __future__ import annotations

import pytest

from reconciler.engine.effects import Finished, PassPlanned, Settled, Started
from reconciler.model.errors import Locked
from reconciler.model.plan import Plan
from reconciler.runs.ending import Ending
from reconciler.runs.lock import RunOptions
from reconciler.runs.passes import RunResult
from reconciler.runs.proposal import Approval, apply, destroy, propose_apply
from reconciler.runs.report import Proposed, RunAborted, RunEnded, RunReport, RunStarted
from tests.loop.fleet import EXPERIMENT, Fleet
from tests.loop.test_converge import domain
from tests.runs.small import experiment, small_context

A, B = domain("a"), domain("b", host="h2")


def test_a_run_tells_its_plan_its_beginning_every_step_and_its_end() -> None:
    told: list[RunReport] = []
    result = apply(small_context(Fleet(), A), experiment(), report=told.append)
    assert [type(report) for report in told] == [
        Proposed, RunStarted, PassPlanned, Started, Settled, PassPlanned, Finished, RunEnded,
    ]  # fmt: skip
    assert (result.ending, result.summary) == (
        Ending.CONVERGED, "exp: converged; 1 change made, the observed state matches the desired state",
    )  # fmt: skip


def test_what_one_device_refuses_leaves_a_partial_run_and_the_next_one_resumes() -> None:
    fleet = Fleet(refusing={B.address})
    context = small_context(fleet, A, B)
    result = apply(context, experiment())
    assert result.ending is Ending.PARTIAL and "not converged; 1 change made" in result.summary
    fleet.refusing.clear()
    assert apply(context, experiment()).ending is Ending.CONVERGED


def test_a_run_that_is_asked_to_stop_is_interrupted() -> None:
    context = small_context(Fleet(), A)
    with propose_apply(context, experiment(), RunOptions(), lambda report: None) as proposal:
        context.stop.set()
        result = proposal.carry_out(Approval.STANDING)
    assert (result.ending, result.summary.partition(";")[0]) == (Ending.INTERRUPTED, "exp: interrupted")


def test_a_run_that_is_taken_over_says_that_it_was_aborted_and_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    def taken_over(run: str, plan: Plan) -> None:
        raise Locked("taken over")

    told: list[RunReport] = []
    context = small_context(Fleet(), A)
    with pytest.raises(Locked), propose_apply(context, experiment(), RunOptions(), told.append) as proposal:
        monkeypatch.setattr(context.store, "prepare", taken_over)
        proposal.carry_out(Approval.STANDING)
    assert isinstance(told[-1], RunAborted) and isinstance(told[-1].error, Locked)


def test_destroy_leaves_nothing_and_a_second_one_says_so() -> None:
    fleet = Fleet()
    context = small_context(fleet, A, B)
    apply(context, experiment())
    assert destroy(context, EXPERIMENT).summary == "exp: destroyed; no resources are left"
    assert fleet.cells == {}
    again = destroy(context, EXPERIMENT)
    assert again == RunResult(EXPERIMENT, again.run, Ending.CONVERGED, "exp: no resources are left")
