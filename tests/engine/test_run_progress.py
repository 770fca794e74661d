from __future__ import annotations

from reconciler.engine.run_progress import PassResult, RunProgress
from reconciler.model.errors import Rejected, Unreachable
from reconciler.model.outcome import Done, Failed, Waiting
from reconciler.model.plan import Plan
from tests.planning.worlds import at, planned, thing

PLAN = planned([thing("a")])
STEP = PLAN.steps[at("a")]
NOTHING = Plan({}, {})


def pass_with(*outcomes: object) -> PassResult:
    pass_result = PassResult()
    for outcome in outcomes:
        pass_result.note(STEP, outcome)  # type: ignore[arg-type]  # each is an outcome
    return pass_result


def test_a_run_with_nothing_to_do_and_nothing_to_wait_for_is_over() -> None:
    course = RunProgress(0.0)
    course.add(NOTHING, PassResult(), 1.0)
    assert course.over(NOTHING, PassResult())


def test_a_refusal_for_good_ends_a_run_and_a_silent_device_gets_some_more_tries() -> None:
    refused = pass_with(Failed(at("a"), Rejected("no")))
    assert RunProgress(0.0).over(PLAN, refused)
    silent, course, tries = pass_with(Failed(at("a"), Unreachable("cut"), unsure=True)), RunProgress(0.0), 0
    while not course.over(PLAN, silent):
        course.add(PLAN, silent, 1.0)
        tries += 1
    assert tries == 5


def test_a_busy_device_is_asked_again_when_it_said_so() -> None:
    busy = pass_with(Waiting(at("a"), "deploying", 7.0))
    course = RunProgress(0.0)
    course.add(PLAN, busy, 1.0)
    assert course.pause_s(PLAN, busy) == 7.0 and not course.over(PLAN, busy)


def test_what_is_made_again_and_again_ends_the_run_and_is_named() -> None:
    course = RunProgress(0.0)
    for _ in range(4):
        course.add(PLAN, pass_with(Done(at("a"))), 1.0)
    assert course.over(PLAN, PassResult())
    assert "something else changes it" in course.failed[at("a")]
