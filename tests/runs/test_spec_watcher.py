"""What a watch wants done, whatever happens to its files."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reconciler.runs.spec_watcher import Accepted, KeptGeneration, Reconcile, SpecWatcher, Texts, WorkItem

GOOD, BETTER = {"f": "exp one"}, {"f": "exp two"}
BAD = {"f": "bad"}


def accept(texts: Texts) -> Accepted:
    """An experiment for each text, named by its first word; a text that says `bad` is not valid."""
    if any("bad" in text for text in texts.values()):
        raise ValueError("a text is bad")
    return Accepted(texts, tuple(sorted({text.split()[0] for text in texts.values()})))


def look(keeper: SpecWatcher, texts: Texts | None, *, due: bool = False) -> list[WorkItem]:
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
    (said,) = [item for item in look(keeper, {"a": "one"}) if isinstance(item, KeptGeneration)]
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
        items = [item for item in look(keeper, texts, due=due) if isinstance(item, Reconcile)]
        for item in items:
            assert item.experiment in accept(item.texts).experiments
        ever |= {item.experiment for item in items}
        if due:
            assert {item.experiment for item in items} == ever
