"""What a watch does with experiments that need no device: nothing is to be made, and much can go wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from threading import Event

import pytest

from reconciler.model.errors import Locked, SpecError, Unreachable
from reconciler.planning.render import NO_CHANGES
from reconciler.runs.context import Context, Stop
from reconciler.runs.ending import Ending
from reconciler.runs.report import LifetimeOver
from reconciler.runs.spec_watcher import KeptGeneration, Texts
from reconciler.runs.watch import EndedElsewhere, NotReconciled, Reconciled, Watch, WatchReport
from reconciler.spec.catalogue import Catalogue
from reconciler.spec.experiment import Experiment
from reconciler.store.database import Database
from reconciler.store.store import Store
from tests.store.stores import HandClock


def experiment(name: str) -> Experiment:
    """Of a name that ends in `-1h` the lifetime is one hour."""
    spec = {"lifetime": {"walltime": "1h"}} if name.endswith("-1h") else {}
    head = {"apiVersion": "reconciler/v1alpha1", "kind": "Experiment", "metadata": {"name": name}}
    return Experiment.model_validate({**head, "spec": spec})


class Open(Store):
    """Several watches have it; none closes it for the others."""

    def close(self) -> None:
        pass


class Workspace:
    """Every text is the name of an experiment without resources; ``before_run`` is done when one is opened."""

    def __init__(self, *names: str) -> None:
        self.texts: Texts | None = {name: name for name in names}
        self.clock, self.store_error = HandClock(), None
        self.store = Open(Database(None), self.clock)
        self.opened: list[str] = []
        self.before_run: Callable[[], None] = lambda: None

    def read(self) -> Texts | None:
        return self.texts

    def check(self, texts: Texts) -> Catalogue:
        if "bad" in texts:
            raise SpecError(())
        return Catalogue({name: experiment(name) for name in texts})

    @contextmanager
    def open(self, texts: Texts) -> Iterator[Context]:
        self.before_run()
        with ThreadPoolExecutor(1) as pool:
            yield Context(self.check(texts), texts, self.store, {}, pool, Stop(), self.clock)

    def open_store(self) -> Store:
        if self.store_error is not None:
            raise self.store_error
        return self.store


@contextmanager
def watching(workspace: Workspace, stop: Event | None = None) -> Iterator[tuple[Watch, list[WatchReport]]]:
    told: list[WatchReport] = []
    with closing(Watch(workspace, 60, told.append, stop or Event())) as watch:
        yield watch, told


def look(watch: Watch) -> None:
    while watch.look():
        pass


def summaries(told: list[WatchReport]) -> list[str]:
    return [one.result.summary for one in told if isinstance(one, Reconciled)]


def test_every_experiment_is_applied_once_and_again_only_when_it_is_due() -> None:
    workspace = Workspace("a", "b")
    with watching(workspace) as (watch, told):
        look(watch)
        look(watch)
        assert summaries(told) == [f"a: {NO_CHANGES}", f"b: {NO_CHANGES}"]
        workspace.clock.advance(seconds=61)
        look(watch)
    assert [one.changed for one in told if isinstance(one, Reconciled)] == [True, True, False, False]


def test_an_experiment_is_taken_down_at_its_end_and_not_made_again() -> None:
    workspace = Workspace("trial-1h")
    with watching(workspace) as (watch, told):
        look(watch)
        workspace.clock.advance(hours=1)
        look(watch)
        look(watch)
    assert summaries(told) == [f"trial-1h: {NO_CHANGES}", "trial-1h: no resources are left"]
    assert LifetimeOver("trial-1h") in told


def test_what_another_watcher_took_down_is_said_and_forgotten() -> None:
    workspace = Workspace("trial-1h")
    with watching(workspace) as (one, _), watching(workspace) as (other, told):
        look(one)
        look(other)
        workspace.clock.advance(hours=1)
        look(one)
        look(other)
        assert told == [EndedElsewhere("trial-1h")]


@pytest.mark.parametrize("texts", [None, {"bad": "bad"}])
def test_without_good_documents_nothing_is_applied_and_the_watch_says_so(texts: Texts | None) -> None:
    workspace = Workspace()
    workspace.texts = texts
    with watching(workspace) as (watch, told):
        assert not watch.look()
        ending = watch.ending
    assert [type(one) for one in told] == [KeptGeneration]
    assert ending is Ending.INVALID


def test_a_store_that_does_not_answer_is_said_once() -> None:
    workspace = Workspace("a")
    workspace.store_error = Unreachable("gone")
    with watching(workspace) as (watch, told):
        assert not watch.look() and not watch.look()
        assert told == [NotReconciled(None, workspace.store_error)]
        assert watch.ending is Ending.FAILED
        workspace.store_error = None
        look(watch)
        assert summaries(told) == [f"a: {NO_CHANGES}"]


def test_an_experiment_that_another_run_has_does_not_keep_the_others_from_theirs() -> None:
    workspace = Workspace("a", "b")
    workspace.store.lock("a", "other")
    with watching(workspace) as (watch, told):
        watch.look_at_all()
    (held,) = [one for one in told if isinstance(one, NotReconciled)]
    assert held.experiment == "a" and isinstance(held.error, Locked)
    assert summaries(told) == [f"b: {NO_CHANGES}"]


def test_documents_that_no_longer_stand_on_their_sites_are_left_alone() -> None:
    workspace = Workspace("a")

    def vanish() -> None:
        raise SpecError(())

    workspace.before_run = vanish
    with watching(workspace) as (watch, told):
        watch.look_at_all()
        assert (told, watch.ending) == ([], Ending.CONVERGED)


def test_once_it_is_stopped_no_other_experiment_is_begun() -> None:
    stop, workspace = Event(), Workspace("a", "b")
    workspace.before_run = stop.set
    with watching(workspace, stop) as (watch, told):
        watch.look_at_all()
    assert summaries(told) == [f"a: {NO_CHANGES}"]
