"""What is done when a lifetime ends, without devices: whether it is begun at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from reconciler.cli.options import RunOptions
from reconciler.cli.run import Runner
from reconciler.model.errors import Refused
from reconciler.spec.experiment import Experiment
from reconciler.store.database import Database
from reconciler.store.store import Store

HOUR = timedelta(hours=1)
RUNNER = Runner(RunOptions(yes=True, events=None, timeout=None, lock_timeout=0.0))


@pytest.fixture
def store() -> Store:
    """With an experiment whose hour is over."""
    store = Store(Database(None), lambda: datetime.now(UTC) - HOUR)
    store.begin("trial", "digest", HOUR, "destroy")
    return store


@pytest.fixture
def experiment() -> Experiment:
    document = {"apiVersion": "reconciler/v1alpha1", "kind": "Experiment", "metadata": {"name": "trial"}}
    return Experiment.model_validate({**document, "spec": {"lifetime": {"walltime": "1h"}}})


def meanwhile(monkeypatch: pytest.MonkeyPatch, act: Any) -> None:
    """Have it happen between the decision and the lock."""

    @contextmanager
    def locked(self: Runner, context: Any, name: str) -> Iterator[None]:
        act()
        yield

    monkeypatch.setattr(Runner, "_locked", locked)


def test_what_was_applied_anew_just_as_it_ended_is_not_taken_down(
    monkeypatch: pytest.MonkeyPatch, store: Store, experiment: Experiment
) -> None:
    meanwhile(monkeypatch, lambda: store.begin("trial", "another digest", 5 * HOUR, "destroy"))
    with pytest.raises(Refused, match="applied just as its lifetime ended"):
        RUNNER.expire(SimpleNamespace(store=store), experiment)  # type: ignore[arg-type]  # all that is looked at


def test_who_waited_while_it_was_taken_down_does_not_have_it_made_again(
    monkeypatch: pytest.MonkeyPatch, experiment: Experiment
) -> None:
    store = Store(Database(None), lambda: datetime.now(UTC) - 0.95 * HOUR)
    store.begin("trial", "digest", HOUR, "destroy")
    meanwhile(monkeypatch, lambda: store.end("trial"))
    context = SimpleNamespace(store=store, compile_desired=lambda experiment: None)
    with pytest.raises(Refused, match="ended while this run waited"):
        RUNNER.apply(context, experiment)  # type: ignore[arg-type]  # all that is looked at
    assert store.experiment("trial").created_at is None  # type: ignore[union-attr]  # it is known


def test_before_its_time_nothing_is_taken_down(experiment: Experiment) -> None:
    store = Store(Database(None), lambda: datetime.now(UTC))
    store.begin("trial", "digest", HOUR, "destroy")
    assert RUNNER.expire(SimpleNamespace(store=store), experiment) is None  # type: ignore[arg-type]
