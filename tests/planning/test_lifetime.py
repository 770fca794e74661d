from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.errors import Refused
from reconciler.planning.lifetime import TEARDOWN, Lifetime, LifetimeWindow

BEGAN = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
ONE_HOUR = Lifetime.of(BEGAN, HOUR, destroys=True)


def test_nothing_is_made_in_the_last_minutes_of_a_long_life() -> None:
    span = LifetimeWindow(BEGAN, timedelta(hours=4))
    assert span.ends == datetime(2026, 3, 1, 16, tzinfo=UTC)
    assert span.ends - span.closes == TEARDOWN


@given(st.timedeltas(timedelta(seconds=1), timedelta(days=60)))
def test_most_of_a_life_is_open_and_some_of_it_is_for_taking_down(walltime: timedelta) -> None:
    span = LifetimeWindow(BEGAN, walltime)
    assert BEGAN < span.closes < span.ends
    assert span.closes - BEGAN >= walltime * 0.9


def test_it_is_taken_down_so_early_that_it_is_gone_when_it_ends() -> None:
    assert not ONE_HOUR.is_due(BEGAN + 54 * MINUTE)
    assert ONE_HOUR.is_due(BEGAN + 55 * MINUTE)


def test_what_is_to_be_kept_is_never_taken_down() -> None:
    assert not Lifetime.of(BEGAN, HOUR, destroys=False).is_due(BEGAN + 2 * HOUR)


def test_before_its_life_has_begun_and_without_a_walltime_there_is_no_end() -> None:
    for endless in (Lifetime.of(None, HOUR, destroys=True), Lifetime.of(BEGAN, None, destroys=True)):
        assert not endless.is_due(BEGAN + 1000 * HOUR)
        assert endless.closes_in_s(BEGAN) == float("inf")
        endless.refuse_if_over("trial", BEGAN + 1000 * HOUR)


def test_nothing_is_applied_after_the_end_but_to_an_experiment_that_lives_longer_by_its_new_document() -> None:
    with pytest.raises(Refused, match=r"trial: its lifetime ended at 2026-03-01 13:00 UTC; raise lifetime.walltime"):
        ONE_HOUR.refuse_if_over("trial", BEGAN + HOUR)
    ONE_HOUR.refuse_if_over("trial", BEGAN + 59 * MINUTE)
    Lifetime.of(BEGAN, 2 * HOUR, destroys=True).refuse_if_over("trial", BEGAN + HOUR)


def test_how_long_things_may_be_made_is_counted_down_also_below_nothing() -> None:
    assert ONE_HOUR.closes_in_s(BEGAN) == 55 * 60
    assert ONE_HOUR.closes_in_s(BEGAN + HOUR) == -5 * 60


def test_what_was_taken_down_at_its_end_is_not_made_again_by_a_run_that_waited_for_it() -> None:
    gone = Lifetime.of(None, HOUR, destroys=True)
    with pytest.raises(Refused, match="the lifetime ended while this run waited for the lock"):
        ONE_HOUR.refuse_if_taken_down("trial", gone, BEGAN + 55 * MINUTE)
    ONE_HOUR.refuse_if_taken_down("trial", gone, BEGAN + 54 * MINUTE)  # somebody destroyed it before its time
    ONE_HOUR.refuse_if_taken_down("trial", ONE_HOUR, BEGAN + 55 * MINUTE)
    gone.refuse_if_taken_down("trial", gone, BEGAN + 55 * MINUTE)
