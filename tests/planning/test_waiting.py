"""Chains of waiting: what is held back holds back others, however deep."""

from __future__ import annotations

from reconciler.model.resource import Unknown
from reconciler.planning.diff import diff
from reconciler.planning.waiting import Waits
from tests.planning.worlds import plan_step, thing, world

SILENT = Unknown("no answer")


def chain(length: int) -> list[object]:
    found = [thing("n0")]
    for index in range(1, length):
        found.append(thing(f"n{index}", needs=[found[-1]]))
    return found


def held_back(*states: object) -> list[str]:
    w = world(*states)
    changes = diff(w.desired, w.recorded, w.observed)
    steps = {address: plan_step(change) for address, change in changes.items()}
    return [a.name for a in Waits(w, changes, steps).reasons()]


def test_one_silent_thing_holds_back_everything_that_is_to_be_made_upon_it() -> None:
    links = chain(9)
    assert held_back(links, [], {links[0].address: SILENT}) == [f"n{index}" for index in range(1, 9)]


def test_one_silent_user_holds_back_the_release_of_all_it_stands_on() -> None:
    links = chain(9)
    assert held_back([], links, {links[-1].address: SILENT}) == [f"n{index}" for index in range(8)]


def test_nothing_waits_where_everything_is_known() -> None:
    assert held_back(chain(5), []) == held_back([], chain(5)) == held_back(chain(5), chain(5)) == []
