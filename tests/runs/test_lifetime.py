"""How the end of a lifetime bounds a run: nothing is made late, and what is to go at the end goes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from reconciler.runs.context import Context, Stop
from reconciler.runs.lifetime import bounded, expiry_destroys, unbounded
from reconciler.spec.catalogue import Catalogue
from reconciler.spec.experiment import Experiment
from tests.store.stores import HandClock, make_store

HOUR = timedelta(hours=1)


def experiment(walltime: str = "1h", on_expiry: str = "destroy") -> Experiment:
    lifetime = f'{{"walltime": "{walltime}", "onExpiry": "{on_expiry}"}}'
    head = '{"apiVersion": "reconciler/v1alpha1", "kind": "Experiment", "metadata": {"name": "trial"}, "spec": '
    return Experiment.model_validate_json(f'{head}{{"lifetime": {lifetime}}}}}')


@pytest.fixture
def context() -> Context:
    """Begun half an hour ago."""
    clock = HandClock()
    store = make_store(clock)
    store.begin("trial", "digest", HOUR, "destroy")
    clock.advance(minutes=30)
    return Context(Catalogue(), {}, store, {}, ThreadPoolExecutor(1), Stop(), clock, lambda: 100.0)


def test_a_run_makes_nothing_that_could_not_be_taken_down_in_time_and_ends_for_that(context: Context) -> None:
    session = bounded(context, experiment(), context.session("trial", "run"))
    assert session.closes_s == session.deadline_s == 100 + 25 * 60


def test_what_is_kept_at_its_end_bounds_what_is_made_and_not_the_run(context: Context) -> None:
    session = bounded(context, experiment(on_expiry="keep"), context.session("trial", "run"))
    assert (session.closes_s, session.deadline_s) == (100 + 25 * 60, float("inf"))


def test_an_earlier_deadline_of_the_run_counts(context: Context) -> None:
    session = bounded(context, experiment(), context.session("trial", "run", timeout_s=60))
    assert session.deadline_s == 160


def test_taking_down_has_no_bound(context: Context) -> None:
    session = replace(context.session("trial", "run"), closes_s=1, deadline_s=2)
    assert unbounded(session).closes_s == unbounded(session).deadline_s == float("inf")


def test_an_experiment_without_a_lifetime_is_not_destroyed() -> None:
    head = {"apiVersion": "reconciler/v1alpha1", "kind": "Experiment", "metadata": {"name": "trial"}}
    assert not expiry_destroys(Experiment.model_validate({**head, "spec": {}}))
    assert expiry_destroys(experiment()) and not expiry_destroys(experiment(on_expiry="keep"))
