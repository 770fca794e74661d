"""Which host gets which VM."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.allocation.placement import Placing, Room, place
from reconciler.model.errors import Exhausted
from reconciler.spec.experiment import Placement

HOSTS = ("a", "b", "c")


def names(count: int) -> list[str]:
    return [f"vm-{index}" for index in range(count)]


def rooms(memory_mib: int = 1000) -> dict[str, Room]:
    return {host: Room(memory_mib) for host in HOSTS}


def placed(
    count: int, policy: Placement, memory_mib: int = 100, before: Mapping[str, str] | None = None, seed: int = 0
) -> dict[str, str]:
    return place(Placing(names(count), memory_mib, policy, 2, seed), HOSTS, rooms(), before or {})


def test_spread_gives_every_host_its_turn() -> None:
    assert placed(7, Placement.SPREAD) == dict(zip(names(7), "abcabca", strict=True))


def test_spread_counts_the_vms_of_other_groups() -> None:
    shared = rooms()
    place(Placing(["other-0", "other-1"], 100, Placement.PACK), HOSTS, shared, {})
    found = place(Placing(names(4), 100, Placement.SPREAD), HOSTS, shared, {})
    assert Counter(found.values()) == {"b": 2, "c": 2}


def test_pack_fills_a_host_before_it_takes_the_next() -> None:
    assert placed(7, Placement.PACK, 300) == dict(zip(names(7), "aaabbbc", strict=True))


def test_per_host_puts_so_many_on_each_in_order() -> None:
    assert placed(6, Placement.PER_HOST) == dict(zip(names(6), "aabbcc", strict=True))


def test_per_host_has_no_host_for_more() -> None:
    with pytest.raises(Exhausted, match="vm-6"):
        placed(7, Placement.PER_HOST)


def test_random_is_the_same_for_the_same_seed_and_another_for_another() -> None:
    assert placed(12, Placement.RANDOM, 10, seed=1) == placed(12, Placement.RANDOM, 10, seed=1)
    assert placed(12, Placement.RANDOM, 10, seed=1) != placed(12, Placement.RANDOM, 10, seed=2)


def test_the_random_host_of_a_vm_does_not_depend_on_how_many_there_are() -> None:
    few, many = placed(3, Placement.RANDOM, 10, seed=5), placed(12, Placement.RANDOM, 10, seed=5)
    assert few.items() <= many.items()


@pytest.mark.parametrize("policy", list(Placement))
def test_a_vm_is_refused_by_name_when_no_host_has_its_memory(policy: Placement) -> None:
    with pytest.raises(Exhausted, match=r"no host has 600 MiB left for VM vm-[0-9].*more nodes, or for less memory"):
        placed(6, policy, 600)


@pytest.mark.parametrize("policy", [Placement.SPREAD, Placement.PACK, Placement.RANDOM])
def test_a_vm_stays_where_it_is(policy: Placement) -> None:
    before = {"vm-0": "c", "vm-1": "c"}
    assert placed(4, policy, before=before).items() >= before.items()


def test_a_vm_leaves_a_host_that_is_no_longer_one() -> None:
    assert set(placed(3, Placement.SPREAD, before={"vm-0": "gone", "vm-1": "c"}).values()) <= set(HOSTS)


def test_a_vm_that_grew_leaves_a_host_that_is_too_small_for_it() -> None:
    tight = {"a": Room(100), "b": Room(1000), "c": Room(1000)}
    assert place(Placing(["vm-0"], 200, Placement.SPREAD), HOSTS, tight, {"vm-0": "a"})["vm-0"] != "a"


@given(
    policy=st.sampled_from(list(Placement)),
    count=st.integers(0, 30),
    memory_mib=st.integers(1, 500),
    room=st.lists(st.integers(0, 2000), min_size=3, max_size=3),
    before=st.dictionaries(st.sampled_from(names(30)), st.sampled_from(["a", "b", "c", "gone"])),
    seed=st.integers(0, 5),
)
def test_every_vm_has_one_usable_host_and_no_host_is_overfull(
    policy: Placement, count: int, memory_mib: int, room: list[int], before: dict[str, str], seed: int
) -> None:
    left = {host: Room(memory) for host, memory in zip(HOSTS, room, strict=True)}
    fits = sum(memory // memory_mib for memory in room)
    try:
        found = place(Placing(names(count), memory_mib, policy, 10, seed), HOSTS, left, before)
    except Exhausted:
        assert policy is Placement.PER_HOST or count > fits
        return
    assert sorted(found) == sorted(names(count))
    load = Counter(found.values())
    assert all(
        left[host].memory_mib == memory - load[host] * memory_mib >= 0 for host, memory in zip(HOSTS, room, strict=True)
    )


@given(
    count=st.integers(1, 20),
    policy=st.sampled_from([Placement.SPREAD, Placement.PACK, Placement.RANDOM]),
    more=st.integers(0, 10),
)
def test_growing_moves_no_vm(count: int, policy: Placement, more: int) -> None:
    first = placed(count, policy, 10)
    assert first.items() <= placed(count + more, policy, 10, before=first).items()
