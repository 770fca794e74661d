"""What is pending, and what waits for it, stays as it is; the rest of a plan goes on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from reconciler.model.address import Address
from reconciler.model.change import Action
from reconciler.model.desired import Pending
from reconciler.model.resource import Absent, Observed, Present, Resource
from reconciler.planning.conditions import conditions
from reconciler.planning.narrow import Selection
from reconciler.planning.plan import make_plan
from reconciler.planning.render import plan_as_data, render_markdown, render_plan
from reconciler.planning.world import World
from tests.planning.test_conditions import NOW
from tests.planning.worlds import at, plan_step, thing

PART = at("hosts", "reservation")
SOON = Pending("chosen by the scheduler", "job 1 starts")
BRIDGE = thing("b", kind="bridge")
VM = thing("vm-0", needs=[BRIDGE])


def world(wanted: list[Resource[Any]], ours: list[Resource[Any]], waiting: list[Address], **seen: Any) -> World:
    desired, recorded = {r.address: r for r in wanted}, {r.address: r for r in ours}
    observed: dict[Address, Observed[Any]] = {a: Absent() for a in desired}
    observed |= {a: Present(r.spec) for a, r in recorded.items()}
    observed |= {at(name): state for name, state in seen.items()}
    return World(desired, recorded, observed, pending={PART: SOON}, waiting=dict.fromkeys(waiting, PART))


def test_what_is_recorded_and_waits_is_not_deleted_though_it_is_not_among_what_is_wanted() -> None:
    plan = make_plan(world([], [VM], [VM.address]), plan_step)
    assert not plan.steps
    assert plan.waiting == {VM.address: f"waits for {PART}"}


def test_what_waits_is_not_forgotten_when_it_is_gone_nor_made_again() -> None:
    plan = make_plan(world([], [VM], [VM.address], **{"vm-0": Absent()}), plan_step)
    assert not plan.steps
    assert not plan.gone


def test_what_is_pending_itself_stays() -> None:
    held = replace(thing("hosts", kind="reservation"), address=PART)
    assert not make_plan(world([], [held], []), plan_step).steps


def test_what_is_used_by_something_that_waits_is_not_taken_from_under_it() -> None:
    plan = make_plan(world([], [BRIDGE, VM], [VM.address]), plan_step)
    assert not plan.steps
    assert "still used by" in plan.waiting[BRIDGE.address]


def test_what_needs_something_that_waits_is_not_made_before_it_is_known() -> None:
    plan = make_plan(world([VM], [BRIDGE], [BRIDGE.address]), plan_step)
    assert plan.waiting[VM.address] == f"waits for {BRIDGE.address}"
    assert not plan.steps


def test_the_rest_goes_on_and_another_look_is_due() -> None:
    other = thing("other")
    plan = make_plan(world([other], [thing("old")], [at("vm-0")]), plan_step)
    assert {a: s.change.action for a, s in plan.steps.items()} == {
        other.address: Action.CREATE,
        at("old"): Action.DELETE,
    }
    assert plan.pending == {PART: SOON}
    assert plan.retry_in_s == SOON.retry_in_s


def test_a_plan_is_not_converged_while_something_is_pending() -> None:
    plan = make_plan(world([VM], [BRIDGE, VM], []), plan_step)
    assert not plan.converged
    assert "pending: reservation hosts: chosen by the scheduler when job 1 starts" in render_plan("exp", plan)
    assert "- pending: `reservation/exp/hosts`: chosen by the scheduler when job 1 starts" in render_markdown(
        "exp", plan
    )
    assert plan_as_data("exp", plan)["pending"] == {
        "reservation/exp/hosts": {"reason": "chosen by the scheduler", "settled_by": "job 1 starts"}
    }


def test_a_part_that_was_not_selected_is_not_waited_for() -> None:
    plan = make_plan(world([VM], [BRIDGE, VM], []), plan_step)
    assert not Selection(targets=("vm-*",))(plan).pending
    assert Selection(targets=("hosts",))(plan).pending


def test_a_condition_says_what_is_pending_and_nothing_is_ready_before() -> None:
    found = {c.type: c for c in conditions(world([VM], [BRIDGE, VM], []), {}, None, NOW)}
    assert (found["Pending"].status, found["Ready"].status, found["Ready"].reason) == ("True", "False", "Pending")
    assert found["Pending"].message == "reservation hosts: chosen by the scheduler when job 1 starts"
