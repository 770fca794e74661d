from __future__ import annotations

from reconciler.engine.engine import beyond, too_late, without
from reconciler.model.plan import Plan
from reconciler.model.resource import Present
from reconciler.resources.reservation import Reservation
from tests.planning.worlds import at, planned, thing

A, B = thing("a"), thing("b")
NOTHING = Plan({}, {})


def test_a_deletion_that_nobody_was_shown_is_held_back_and_a_creation_is_not() -> None:
    assert list(beyond(planned([], [A]), NOTHING)) == [at("a")]
    assert beyond(planned([], [A]), planned([], [A])) == {}
    assert beyond(planned([A]), NOTHING) == {}


def test_near_the_end_nothing_is_made_and_everything_may_go() -> None:
    assert list(too_late(planned([A, B]))) == [at("a"), at("b")]
    assert too_late(planned([], [A])) == {}


def test_near_the_end_nothing_is_made_larger_either_and_may_become_smaller() -> None:
    small = thing("hosts", kind="reservation", spec=Reservation(("n-1",)))
    large = thing("hosts", kind="reservation", spec=Reservation(("n-1", "n-2")))
    grown = planned([large], [small], {small.address: Present(small.spec)})
    shrunk = planned([small], [large], {small.address: Present(large.spec)})
    assert list(too_late(grown)) == [small.address] == list(shrunk.steps)
    assert too_late(shrunk) == {}


def test_what_waits_for_a_step_that_is_left_out_is_left_out_too() -> None:
    child = thing("child", needs=[A])
    plan = without(planned([A, child, B]), {at("a")})
    assert list(plan.steps) == [at("b")] and plan.after == {at("b"): frozenset()}
