"""Steps of a plan that are not done: what nobody was shown, and what could not be taken down in time."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from reconciler.model.address import Address
from reconciler.model.change import Action
from reconciler.model.plan import Impact, Plan, Step
from reconciler.resources.kinds import HOLDING, KINDS


def beyond(plan: Plan, approved: Plan) -> dict[Address, str]:
    """The deletions and restarts that nobody was shown."""
    return {
        address: "was not in the plan that was approved; plan and apply again"
        for address, step in plan.steps.items()
        if address not in approved.steps
        and address.kind not in HOLDING
        and (step.change.action is Action.DELETE or step.impact is not Impact.LIVE)
    }


def too_late(plan: Plan) -> dict[Address, str]:
    """What would be made or made anew, and would still be there when the lifetime ends."""
    return {
        address: "not begun: its lifetime is about to end, and it could not be taken down before"
        for address, step in plan.steps.items()
        if step.change.action is Action.CREATE or step.impact is Impact.REPLACE or _grows(step)
    }


def _grows(step: Step[Any]) -> bool:
    before, after = step.change.before, step.change.after
    return before is not None and after is not None and KINDS[step.change.address.kind].grows(before, after)


def without(plan: Plan, held_back: Collection[Address]) -> Plan:
    """The plan without these steps and those that wait for them."""
    if not held_back:
        return plan
    steps = {a: step for a, step in plan.steps.items() if a not in held_back}
    blocked = {a for a, first in plan.after.items() if not first.isdisjoint(held_back)}
    while grown := {a for a in steps if a not in blocked and plan.after[a] & blocked}:
        blocked |= grown
    steps = {a: step for a, step in steps.items() if a not in blocked}
    return replace(plan, steps=steps, after={a: plan.after[a] & steps.keys() for a in steps})
