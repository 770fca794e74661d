"""A saved plan runs only on the state that it was made from, and if planning again gives the same."""

from __future__ import annotations

import pytest

from reconciler.model.errors import Stale
from reconciler.runs.lock import RunOptions
from reconciler.runs.proposal import Approval, propose_apply
from reconciler.runs.report import Proposed, RunReport, SavedPlanFits
from reconciler.runs.saved_plan import parse_saved_plan, render_saved_plan
from reconciler.runs.survey import plan
from tests.loop.fleet import EXPERIMENT, Fleet
from tests.loop.test_converge import domain
from tests.runs.small import SmallContext, experiment, small_context


@pytest.fixture
def context() -> SmallContext:
    return small_context(Fleet(), domain("a"))


def saved(context: SmallContext) -> bytes:
    return render_saved_plan(context, EXPERIMENT, plan(context, experiment()).plan)


def test_it_is_carried_out_when_the_world_is_as_it_was(context: SmallContext) -> None:
    told: list[RunReport] = []
    read = parse_saved_plan(saved(context), "p")
    with propose_apply(context, experiment(), RunOptions(), told.append, read) as proposal:
        assert told == [SavedPlanFits(EXPERIMENT), Proposed(EXPERIMENT, proposal.plan, saved=True)]
        assert proposal.carry_out(Approval.STANDING).finished is not None


def test_it_is_stale_when_planning_gives_something_else(context: SmallContext) -> None:
    read = parse_saved_plan(saved(context), "p")
    context.desired.clear()
    with (
        pytest.raises(Stale, match="1 changes differ, first domain/exp/a"),
        propose_apply(context, experiment(), RunOptions(), lambda report: None, read),
    ):
        raise AssertionError("never proposed")
    assert context.store.locks() == []


def test_it_is_stale_after_another_run(context: SmallContext) -> None:
    read = parse_saved_plan(saved(context), "p")
    context.store.lock(EXPERIMENT, "other")
    context.store.unlock(EXPERIMENT, "other")
    context.store.lock(EXPERIMENT, "mine")
    with pytest.raises(Stale, match="another run has had it"):
        read.check_state(context.store)


def test_it_is_stale_on_another_state(context: SmallContext) -> None:
    read, other = parse_saved_plan(saved(context), "p"), small_context(Fleet())
    other.store.lock(EXPERIMENT, "mine")
    with pytest.raises(Stale, match="another state"):
        read.check_state(other.store)


@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b"[" * 100_000, b"\xff"])
def test_what_is_no_plan_is_called_by_its_file(data: bytes) -> None:
    with pytest.raises(Stale, match=r"my\.plan: not a saved plan"):
        parse_saved_plan(data, "my.plan")
