"""The lives of experiments."""

from __future__ import annotations

from datetime import timedelta

import pytest

from reconciler.model.errors import Locked
from tests.store.stores import HandClock, make_store


def test_the_walltime_counts_from_the_first_apply() -> None:
    clock = HandClock()
    store = make_store(clock)
    first = store.begin("exp", "d1", timedelta(hours=4), "destroy")
    clock.advance(hours=1)
    again = store.begin("exp", "d1", timedelta(hours=6), "destroy")
    assert (first.expires_at, again.expires_at) == (
        first.created_at + timedelta(hours=4),
        first.created_at + timedelta(hours=6),
    )
    assert store.begin("exp", "d1", None, "keep").expires_at is None


def test_a_generation_is_another_document_and_a_life_begins_anew_after_the_end() -> None:
    store = make_store()
    assert [(r.life, r.generation) for r in (store.begin("exp", d, None, "keep") for d in ("d1", "d1", "d2"))] == [
        (1, 1),
        (1, 1),
        (1, 2),
    ]
    store.end("exp")
    assert store.begin("exp", "d2", None, "keep").life == 2
    assert store.experiment("never") is None


def test_an_experiment_is_of_the_project_it_was_last_begun_for() -> None:
    store = make_store()
    store.begin("exp", "d1", None, "keep", "one")
    assert store.begin("exp", "d1", None, "keep", "two").project == "two"
    assert [row.project for row in store.experiments()] == ["two"]


def test_a_run_that_was_overtaken_ends_and_begins_nothing() -> None:
    store = make_store(HandClock())
    store.lock("exp", "first")
    store.release_lock("exp")
    store.lock("exp", "second")
    before = store.begin("exp", "d1", timedelta(hours=1), "destroy", run="second")
    with pytest.raises(Locked):
        store.end("exp", run="first")
    with pytest.raises(Locked):
        store.begin("exp", "d0", None, "keep", run="first")
    assert store.experiment("exp") == before
