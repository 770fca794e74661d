"""Why a run did not get what it wanted, where there is one reason for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.engine.effects import Decision, Finished
from reconciler.model.address import Address
from reconciler.model.desired import Pending
from reconciler.model.errors import Locked, ReconcilerError, Refused, Rejected, Unreachable
from reconciler.model.plan import Plan
from reconciler.planning.world import World
from reconciler.runs.ending import Ending, ending_of, ending_of_failures
from reconciler.store.sql import Contention

LEASE, NODE = Address("lease", "exp", "lan"), Address("domain", "exp", "vm-0")
NOTHING, NO_WORLD = Plan({}, {}), World({}, {}, {})


@pytest.mark.parametrize(
    ("errors", "ending"),
    [
        ({LEASE: Refused("quota")}, Ending.REFUSED),
        ({LEASE: Refused("quota"), NODE: Refused("policy")}, Ending.REFUSED),
        ({LEASE: Locked("x")}, Ending.HELD),
        ({LEASE: Contention("x")}, Ending.HELD),
        ({LEASE: Rejected("node n-1 is held by other")}, Ending.HELD),
        ({NODE: Rejected("no")}, Ending.PARTIAL),
        ({NODE: Unreachable("silent")}, Ending.PARTIAL),
        ({LEASE: Refused("quota"), NODE: Unreachable("silent")}, Ending.PARTIAL),
        ({LEASE: Refused("quota"), NODE: Locked("x")}, Ending.PARTIAL),
        ({}, Ending.PARTIAL),
    ],
)
def test_what_failed_for_one_reason_alone_gives_the_reason(
    errors: dict[Address, ReconcilerError], ending: Ending
) -> None:
    assert ending_of_failures(errors) is ending


def ended(failed: dict[Address, str], plan: Plan, **how: bool) -> Finished:
    flags = {"converged": False, "interrupted": False, "timed_out": False, **how}
    return Finished(decision=Decision({}, NO_WORLD, plan), failed=failed, held_back={}, changed_count=0, **flags)


@pytest.mark.parametrize(
    ("finished", "ending"),
    [
        (ended({LEASE: "quota"}, NOTHING), Ending.REFUSED),
        (ended({LEASE: "done 4 times"}, NOTHING), Ending.PARTIAL),
        (ended({LEASE: "quota"}, replace(NOTHING, unknown={NODE: "silent"})), Ending.PARTIAL),
        (ended({LEASE: "quota"}, replace(NOTHING, foreign={NODE: "not ours"})), Ending.PARTIAL),
        (ended({LEASE: "quota"}, replace(NOTHING, pending={NODE: Pending("chosen", "asked")})), Ending.PARTIAL),
        (ended({LEASE: "quota"}, NOTHING, timed_out=True), Ending.TIMED_OUT),
        (ended({LEASE: "quota"}, NOTHING, interrupted=True), Ending.HELD),
        (ended({}, NOTHING, converged=True), Ending.CONVERGED),
    ],
)
def test_what_else_is_left_is_the_end_of_a_partial_run(finished: Finished, ending: Ending) -> None:
    assert ending_of(finished, {LEASE: Refused("quota")}, because=Locked("taken")) is ending


def test_who_stops_a_run_without_a_reason_interrupts_it() -> None:
    assert ending_of(ended({}, NOTHING, interrupted=True), {}, because=None) is Ending.INTERRUPTED
