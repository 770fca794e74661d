"""What is done when a lifetime ends, without devices: whether it is begun at all."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from reconciler.engine.view import View
from reconciler.model.errors import Refused
from reconciler.planning.narrow import Selection
from reconciler.runs.context import Context, Stop
from reconciler.runs.ending import Ending
from reconciler.runs.lock import RunOptions
from reconciler.runs.proposal import Approval, apply, expire, propose_expiry
from reconciler.runs.report import LifetimeOver, RunStarted
from reconciler.spec.catalogue import Catalogue
from reconciler.spec.experiment import Experiment
from reconciler.store.database import Database
from reconciler.store.store import Store
from tests.loop.fleet import Fleet
from tests.loop.test_converge import domain
from tests.runs.small import experiment as experiment_of
from tests.runs.small import small_context
from tests.store.stores import HandClock

HOUR = timedelta(hours=1)


@pytest.fixture
def experiment() -> Experiment:
    document = {"apiVersion": "reconciler/v1alpha1", "kind": "Experiment", "metadata": {"name": "trial"}}
    return Experiment.model_validate({**document, "spec": {"lifetime": {"walltime": "1h"}}})


class Meanwhile(Store):
    """Something happens between the decision and the lock."""

    def __init__(self, began: timedelta, act: Callable[[Store], object]) -> None:
        super().__init__(Database(None), lambda: datetime.now(UTC) - began)
        self._act = act
        self.begin("trial", "digest", HOUR, "destroy")

    def lock(self, experiment: str, run: str) -> int:
        self._act(self)
        return super().lock(experiment, run)


def context(store: Store) -> Context:
    """Nothing but a store: no device is asked."""
    return Context(Catalogue({}, {}, {}, {}), {}, store, {}, ThreadPoolExecutor(1), Stop())


def test_what_was_applied_anew_just_as_it_ended_is_not_taken_down(experiment: Experiment) -> None:
    store = Meanwhile(HOUR, lambda store: store.begin("trial", "another digest", 5 * HOUR, "destroy"))
    with pytest.raises(Refused, match="applied just as its lifetime ended"):
        expire(context(store), experiment)


def test_who_waited_while_it_was_taken_down_does_not_have_it_made_again(experiment: Experiment) -> None:
    store = Meanwhile(0.95 * HOUR, lambda store: store.end("trial"))
    with pytest.raises(Refused, match="ended while this run waited"):
        apply(context(store), experiment)
    assert store.experiment("trial").created_at is None  # type: ignore[union-attr]  # it is known


def test_before_its_time_nothing_is_taken_down(experiment: Experiment) -> None:
    told: list[object] = []
    store = Meanwhile(timedelta(), lambda store: pytest.fail("not even locked"))
    assert expire(context(store), experiment, report=told.append) is None
    assert told == []


def test_what_is_not_there_any_more_is_taken_down_without_a_word_of_anybody(experiment: Experiment) -> None:
    told: list[object] = []
    store = Meanwhile(HOUR, lambda store: None)
    with propose_expiry(context(store), experiment, RunOptions(), told.append) as proposal:
        assert proposal is not None and proposal.plan.converged
        result = proposal.carry_out(Approval.DENIED)
    assert (result.ending, result.summary) == (Ending.CONVERGED, "trial: no resources are left")
    assert told == [LifetimeOver("trial")]
    assert store.locks() == []


def test_who_denies_is_refused_and_only_an_approval_given_before_makes_use_of_what_was_seen() -> None:
    with pytest.raises(Refused, match="trial: not confirmed; nothing was done"):
        Approval.DENIED.require("trial")
    view = View()
    assert Approval.STANDING.usable(view) is view
    assert Approval.GIVEN.usable(view) is None


def test_a_part_that_is_applied_as_the_lifetime_ends_is_no_reason_to_leave_the_rest() -> None:
    """What is taken down then is the experiment, and not the selection."""
    clock, fleet = HandClock(), Fleet()
    vm = {name: domain(name) for name in "ab"}
    small = small_context(fleet, *vm.values(), now=clock, now_s=lambda: clock.now.timestamp())
    document, told = experiment_of(lifetime={"walltime": "1h"}), list[object]()
    assert apply(small, document).ending is Ending.CONVERGED
    del fleet.cells[vm["a"].endpoint, vm["a"].address]

    def report(report: object) -> None:
        told.append(report)
        if isinstance(report, RunStarted):
            clock.advance(hours=1)

    result = apply(small, document, RunOptions(selection=Selection(targets=("a",))), report)
    assert LifetimeOver("exp", applied=True) in told
    assert (result.ending, fleet.cells) == (Ending.CONVERGED, {})
    assert result.summary == "exp: destroyed; no resources are left"
