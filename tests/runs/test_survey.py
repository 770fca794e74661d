"""What cannot be looked at because it is not there."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from reconciler.model.errors import NotFound
from reconciler.planning.narrow import Selection
from reconciler.runs.context import Context, Stop
from reconciler.runs.survey import Drift, drift, plan, recorded_experiments
from reconciler.spec.catalogue import Catalogue
from reconciler.spec.experiment import Experiment
from tests.store.stores import make_store

HEAD = {"apiVersion": "reconciler/v1alpha1", "kind": "Experiment", "metadata": {"name": "trial"}}


@pytest.fixture
def context() -> Context:
    store = make_store()
    store.begin("trial", "digest", None, "keep")
    store.begin("over", "digest", None, "keep")
    store.end("over")
    trial = Experiment.model_validate({**HEAD, "spec": {}})
    return Context(Catalogue({"trial": trial}), {}, store, {}, ThreadPoolExecutor(1), Stop())


def test_a_glob_that_matches_nothing_is_a_mistake(context: Context) -> None:
    with pytest.raises(NotFound, match=r"'vm-\*' matches nothing"):
        plan(context, context.catalogue.experiments["trial"], Selection(targets=("vm-*",)))


def test_a_name_that_was_never_applied_is_a_mistake_and_no_empty_answer(context: Context) -> None:
    with pytest.raises(NotFound, match="no experiment named trail was applied here; there are over, trial"):
        drift(context, ["trail"])


def test_without_names_or_documents_all_that_live_are_looked_at(context: Context) -> None:
    alone = Context(Catalogue(), {}, context.store, {}, context.pool, context.stop)
    assert recorded_experiments(alone, []) == ["trial"]
    assert recorded_experiments(alone, ["over"]) == ["over"]
    assert drift(alone) == Drift((), ())
