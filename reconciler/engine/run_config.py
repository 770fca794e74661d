"""What a run is about: everything that its decisions follow from, but for what it meets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from reconciler.model.address import Address
from reconciler.model.change import Change
from reconciler.model.desired import Desired
from reconciler.model.plan import Plan, Step
from reconciler.planning.guards import unowned
from reconciler.resources.allocations import Allocations

CompileDesired: TypeAlias = Callable[[Allocations], Desired]
"""What is wanted, given what is held: an experiment's resources and what is pending of them.  Pure."""


def nothing_desired(allocations: Allocations) -> Desired:
    """For a destroy: nothing is wanted any more, and nothing is waited for."""
    return Desired()


Guard: TypeAlias = Callable[[Plan, Allocations], Mapping[Address, str]]


def everything(plan: Plan) -> Plan:
    return plan


@dataclass(frozen=True, slots=True)
class RunConfig:
    """What a run is about.

    ``plan_step`` turns a change into a driver's commands.  Of a plan, ``narrow`` leaves the part that is to be done.
    ``approved`` is the plan a person said yes to: later passes may finish and repeat it, but what they would delete or
    restart beyond it is held back.  ``has_lock``: the run holds the experiment's lock, and may use barriers.
    ``guard`` names the steps of a plan that touch what is not the experiment's: they are not done.
    After ``closes_s`` nothing is made any more; at ``deadline_s`` the run ends.
    """

    compile_desired: CompileDesired
    plan_step: Callable[[Change[Any]], Step[Any]]
    narrow: Callable[[Plan], Plan] = everything
    approved: Plan | None = None
    has_lock: bool = True
    guard: Guard = unowned
    closes_s: float = float("inf")
    deadline_s: float = float("inf")
