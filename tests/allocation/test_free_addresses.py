"""What is free between what is busy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.allocation.free_addresses import Busy, FreeAddresses
from reconciler.model.errors import Exhausted

BASE = (10 << 24) + (136 << 16)
intervals = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 8)).map(lambda p: (BASE + p[0], BASE + sum(p))))


@given(busy=intervals, first=st.integers(0, 40), size=st.integers(1, 40))
def test_gaps_are_what_is_left(busy: list[tuple[int, int]], first: int, size: int) -> None:
    low, high = BASE + first, BASE + first + size - 1
    taken = {number for a, b in busy for number in range(a, b + 1)}
    gaps = list(Busy(busy).gaps(low, high))
    assert [n for a, b in gaps for n in range(a, b + 1)] == [n for n in range(low, high + 1) if n not in taken]


@given(busy=intervals, counts=st.lists(st.integers(1, 9), max_size=6))
def test_the_lowest_is_taken_first_and_none_twice(busy: list[tuple[int, int]], counts: list[int]) -> None:
    free = FreeAddresses(Busy(busy), [(BASE, BASE + 80)])
    left = [n for n in range(BASE, BASE + 81) if not any(a <= n <= b for a, b in busy)]
    got = [n for count in counts[:3] for first, length in free.take(count) for n in range(first, first + length)]
    assert got == left[: sum(counts[:3])]


def test_what_is_busy_elsewhere_with_the_same_mac_is_busy_here() -> None:
    assert list(Busy([((172 << 24) + 5, (172 << 24) + 6)]).gaps(10 << 24, (10 << 24) + 9)) == [
        (10 << 24, (10 << 24) + 4),
        ((10 << 24) + 7, (10 << 24) + 9),
    ]


def test_too_few_are_counted() -> None:
    free = FreeAddresses(Busy([]), [(BASE, BASE + 3)])
    with pytest.raises(Exhausted, match=r"^6$"):
        list(free.take(10))
