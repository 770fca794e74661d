"""What a watch wants done, whatever happens to its files."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.errors import Unreachable
from reconciler.store.database import Database
from reconciler.store.work_queue import Looked, WorkQueue
from reconciler.watch import Accepted, KeptGeneration, Reconcile, Share, SpecWatcher, Texts, Turn, Wish, changes, wakes
from tests.store.stores import HandClock, HandMachine

GOOD, BETTER = {"f": "exp one"}, {"f": "exp two"}
BAD = {"f": "bad"}


def accept(texts: Texts) -> Accepted:
    """An experiment for each text, named by its first word; a text that says `bad` is not valid."""
    if any("bad" in text for text in texts.values()):
        raise ValueError("a text is bad")
    return Accepted(texts, tuple(sorted({text.split()[0] for text in texts.values()})))


def look(keeper: SpecWatcher, texts: Texts | None, *, due: bool = False) -> list[Wish]:
    return list(keeper.look(texts, due=due))


def test_what_is_new_is_reconciled_at_once_and_then_only_when_due() -> None:
    keeper = SpecWatcher(accept)
    assert look(keeper, GOOD) == [Reconcile("exp", GOOD, changed=True)]
    assert look(keeper, GOOD) == []
    assert look(keeper, GOOD, due=True) == [Reconcile("exp", GOOD, changed=False)]


def test_a_change_is_reconciled() -> None:
    keeper = SpecWatcher(accept)
    look(keeper, GOOD)
    assert look(keeper, BETTER) == [Reconcile("exp", BETTER, changed=True)]


def test_an_invalid_file_keeps_the_last_good_generation_and_says_so_once() -> None:
    keeper = SpecWatcher(accept)
    look(keeper, GOOD)
    assert look(keeper, BAD) == [KeptGeneration("the files are not valid: a text is bad", ("exp",))]
    assert look(keeper, BAD) == []
    assert look(keeper, BAD, due=True) == [Reconcile("exp", GOOD, changed=False)]


def test_a_vanished_file_keeps_it_too() -> None:
    keeper = SpecWatcher(accept)
    look(keeper, GOOD)
    assert look(keeper, None) == [KeptGeneration("the files cannot be read", ("exp",))]
    assert look(keeper, None, due=True) == [Reconcile("exp", GOOD, changed=False)]
    assert look(keeper, GOOD) == []


def test_an_experiment_that_is_gone_from_the_files_is_kept_and_told_how_to_end() -> None:
    keeper = SpecWatcher(accept)
    look(keeper, {"a": "one", "b": "two"})
    (said,) = [wish for wish in look(keeper, {"a": "one"}) if isinstance(wish, KeptGeneration)]
    assert said.experiments == ("two",) and "`reconciler destroy`" in said.reason


def test_a_file_that_is_good_again_is_taken_again() -> None:
    keeper = SpecWatcher(accept)
    look(keeper, GOOD)
    look(keeper, BAD)
    assert look(keeper, BETTER) == [Reconcile("exp", BETTER, changed=True)]


def test_what_was_forgotten_comes_back_only_with_a_change() -> None:
    keeper = SpecWatcher(accept)
    look(keeper, GOOD)
    keeper.forget("exp")
    assert look(keeper, GOOD, due=True) == []
    assert look(keeper, BETTER) == [Reconcile("exp", BETTER, changed=True)]


def test_an_invalid_start_applies_nothing() -> None:
    assert look(SpecWatcher(accept), BAD, due=True) == [KeptGeneration("the files are not valid: a text is bad", ())]


files = st.none() | st.dictionaries(
    st.sampled_from("fg"), st.sampled_from(["one a", "one b", "two", "bad"]), max_size=2
)


@given(st.lists(st.tuples(files, st.booleans()), max_size=8))
def test_whatever_happens_only_valid_texts_are_reconciled_and_nothing_is_ever_dropped(
    history: list[tuple[Texts | None, bool]],
) -> None:
    keeper, ever = SpecWatcher(accept), set()
    for texts, due in history:
        wishes = [wish for wish in look(keeper, texts, due=due) if isinstance(wish, Reconcile)]
        for wish in wishes:
            assert wish.experiment in accept(wish.texts).experiments
        ever |= {wish.experiment for wish in wishes}
        if due:
            assert {wish.experiment for wish in wishes} == ever


# -- a share of the work ------------------------------------------------------------------------------------


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


def share(queue: WorkQueue, run: str = "mine") -> Share:
    made = Share(queue, run, timedelta(minutes=1))
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


# -- waking -----------------------------------------------------------------------------------------------


def ringing(at: list[Event], stop: Event) -> Iterator[None]:
    for event in at:
        while not event.wait(0.01):
            if stop.is_set():
                return
        yield


def test_it_wakes_at_once_then_for_every_source_and_when_nothing_happens() -> None:
    stop, rung = Event(), Event()
    with closing(wakes([ringing([rung], stop)], stop, 60)) as woken:
        next(woken)
        rung.set()
        next(woken)
    with closing(wakes([], Event(), 0.1)) as woken:
        began = time.monotonic()
        assert [next(woken) for _ in range(3)] == [None] * 3
        assert time.monotonic() - began >= 0.2


def test_what_rang_many_times_meanwhile_is_one_look() -> None:
    stop = Event()
    with closing(wakes([iter([None] * 5)], stop, 0.5)) as woken:
        next(woken)
        time.sleep(0.2)
        next(woken)
        began = time.monotonic()
        next(woken)
        assert time.monotonic() - began >= 0.4


def test_a_stop_ends_it_and_its_threads() -> None:
    before, stop = threading.active_count(), Event()
    woken = wakes([ringing([Event()], stop)], stop, 60)
    next(woken)
    threading.Timer(0.1, stop.set).start()
    assert list(woken) == []
    time.sleep(0.05)
    assert threading.active_count() <= before


def test_a_source_that_breaks_breaks_the_watch(tmp_path: Path) -> None:
    stop = Event()
    with closing(wakes([changes([str(tmp_path / "no" / "such.yaml")], stop)], stop, 60)) as woken:
        next(woken)
        with pytest.raises(FileNotFoundError):
            next(woken)


def test_a_written_file_wakes(tmp_path: Path) -> None:
    file, stop = tmp_path / "a.yaml", Event()
    with closing(wakes([changes([str(file)], stop)], stop, 60)) as woken:
        next(woken)
        writing = threading.Timer(0.5, file.write_text, ("x",))
        writing.start()
        next(woken)
        assert file.read_text() == "x"
