"""Sets of numbers with members, as number ranges."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reconciler.resources.kinds import KINDS
from reconciler.resources.lease import AddressRange, Lease, merge_ranges
from reconciler.resources.number_ranges import IPV4, NumberRange, merge_numbers, subtract

pairs = st.dictionaries(st.integers(0, 30), st.tuples(st.sampled_from(["a", "b"]), st.integers(0, 9)))


def lease_of(members: dict[int, tuple[str, int]]) -> Lease:
    return Lease(merge_ranges((f"{group}-{index}", number) for number, (group, index) in members.items()))


def ranges_of(lease: Lease) -> tuple[NumberRange, ...]:
    holding = KINDS["lease"].holding
    assert holding is not None
    return holding.held(lease).numbers


def spread(number_ranges: list[NumberRange]) -> set[tuple[int, str, int]]:
    return {(s.first + n, s.group, s.index + n) for s in number_ranges for n in range(s.count)}


@given(these=pairs, those=pairs)
def test_subtracting_leaves_what_is_not_in_the_other(
    these: dict[int, tuple[str, int]], those: dict[int, tuple[str, int]]
) -> None:
    left = subtract(ranges_of(lease_of(these)), ranges_of(lease_of(those)))
    assert spread(left) == {(n, *m) for n, m in these.items()} - {(n, *m) for n, m in those.items()}
    assert sum(s.count for s in left) == len(spread(left))


@given(members=pairs)
def test_gathering_rows_gives_the_one_form_of_a_lease(members: dict[int, tuple[str, int]]) -> None:
    rows = sorted((group, index, number) for number, (group, index) in members.items())
    assert merge_numbers(IPV4, rows) == ranges_of(lease_of(members))


def test_a_whole_range_is_one_stretch() -> None:
    (all_of_it,) = ranges_of(Lease((AddressRange("vm", 0, 10 << 24, 262_142),)))
    assert subtract([all_of_it], [NumberRange("ipv4", "vm", 5, (10 << 24) + 5, 1)]) == [
        NumberRange("ipv4", "vm", 0, 10 << 24, 5),
        NumberRange("ipv4", "vm", 6, (10 << 24) + 6, 262_136),
    ]
