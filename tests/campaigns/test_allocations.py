"""A small campaign of allocations, and that its judge sees what it is for."""

from __future__ import annotations

import pytest

from tests.campaigns.allocations import overlaps, run
from tests.store.cluster import require_programs


@pytest.mark.parametrize("store", ["sqlite", "postgresql"])
def test_processes_that_are_killed_give_nothing_twice_and_lose_nothing(store: str) -> None:
    if store == "postgresql":
        require_programs()
    found = run(store, processes=4, count=6_000, seed=3)
    assert found.sound, found
    assert found.allocations >= 6_000 and found.kills


def test_two_who_have_one_unit_at_a_time_are_seen() -> None:
    first = [("+", 5, 3, 10), ("?", 5, 3, 40), ("-", 5, 3, 41)]
    assert overlaps({"a": first, "b": [("+", 7, 1, 39)]}) == 1
    assert overlaps({"a": first, "b": [("+", 7, 1, 41)]}) == 0
    assert overlaps({"a": first, "b": [("+", 4, 1, 20)]}) == 0
    assert overlaps({"a": [("+", 5, 1, 10)], "b": [("+", 5, 1, 99)]}) == 1
