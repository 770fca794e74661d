from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from reconciler.planning.lifetime import TEARDOWN, Span

BEGAN = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_nothing_is_made_in_the_last_minutes_of_a_long_life() -> None:
    span = Span(BEGAN, timedelta(hours=4))
    assert span.ends == datetime(2026, 3, 1, 16, tzinfo=UTC)
    assert span.ends - span.closes == TEARDOWN


@given(st.timedeltas(timedelta(seconds=1), timedelta(days=60)))
def test_most_of_a_life_is_open_and_some_of_it_is_for_taking_down(walltime: timedelta) -> None:
    span = Span(BEGAN, walltime)
    assert BEGAN < span.closes < span.ends
    assert span.closes - BEGAN >= walltime * 0.9
