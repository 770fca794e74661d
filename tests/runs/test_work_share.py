"""What one of several watchers takes, and what it does when the store does not answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

import pytest

from reconciler.model.errors import Unreachable
from reconciler.runs.work_share import Turn, WorkShare
from reconciler.store.database import Database
from reconciler.store.work_queue import Looked, WorkQueue
from tests.store.stores import HandClock, HandMachine


class Failing(WorkQueue):
    """A queue on a server that goes away: the next call of that name is done, and its answer is lost."""

    lost = ""

    def claim(self, run: str, among: Mapping[str, str] | None = None) -> str | None:
        found = super().claim(run, among)
        return self._answer("claim") or found

    def complete(self, run: str, experiment: str, looked: Looked | None = None) -> None:
        self._answer("complete")
        super().complete(run, experiment, looked)

    def _answer(self, name: str) -> None:
        if self.lost == name:
            self.lost = ""
            raise Unreachable("gone")


@pytest.fixture
def queue() -> Iterator[Failing]:
    database = Database(None)
    yield Failing(database, HandClock(), HandMachine())
    database.close()


def share(queue: WorkQueue, run: str = "mine") -> WorkShare:
    made = WorkShare(queue, run, timedelta(minutes=1))
    made.accept("exp", "text")
    return made


def test_what_is_new_is_taken_once_and_told_to_be_new(queue: Failing) -> None:
    mine = share(queue)
    assert mine.take() == Turn("exp", True, frozenset())
    mine.complete("exp", Looked())
    assert mine.take() == Turn(None, False, frozenset())


def test_what_was_taken_down_at_its_end_is_forgotten_by_all(queue: Failing) -> None:
    mine, others = share(queue), share(queue, "others")
    mine.take()
    mine.complete("exp", Looked(over=True))
    assert others.take() == Turn(None, False, frozenset({"exp"}))
    assert others.take() == mine.take() == Turn(None, False, frozenset())


@pytest.mark.parametrize("call", ["claim", "complete"])
def test_no_experiment_is_lost_with_an_answer_of_the_store(queue: Failing, call: str) -> None:
    mine = share(queue)
    queue.lost = call
    with pytest.raises(Unreachable):
        mine.take()
        mine.complete("exp", Looked())
    assert mine.take().claimed == "exp"
    mine.complete("exp", Looked())
    assert mine.take().claimed is None
