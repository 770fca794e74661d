"""A plan as people and programs read it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from reconciler.model.address import Address, Endpoint
from reconciler.model.change import Action, Cause, Change
from reconciler.model.plan import Impact, Plan, Step
from reconciler.model.resource import Absent, Present, Resource, Unknown
from reconciler.planning.render import digest, drifted, explain, plan_as_data, render_markdown, render_plan, summarise
from reconciler.resources.domain import Nic
from reconciler.resources.reservation import Reservation
from tests.planning.worlds import Command, at, domain, plan_step, planned, thing

A, B = thing("a"), thing("b")
BIG = [thing("a", 512), B]


def change(**after: Any) -> Change[Any]:
    return Change(A, A.spec, replace(A.spec, **after), Cause.EDIT)


def test_nothing_to_do_is_said_so() -> None:
    assert render_plan("exp", planned([A], [A])) == "exp: No changes. The observed state matches the desired state."
    assert (
        render_markdown("exp", planned([A], [A]))
        == "**exp**: No changes. The observed state matches the desired state."
    )
    assert summarise(planned([A], [A])) == "no changes"


def test_every_change_has_its_sign_its_place_and_its_reason() -> None:
    text = render_plan("exp", planned([thing("a", 512), thing("new", on="h2")], [A, B]))
    assert text.splitlines() == [
        "Plan for exp: 1 domain to create, 1 domain to delete, 1 domain to update",
        "",
        "  ~ domain a on h1  (edited: memory_mib 256 → 512)",
        "  - domain b on h1  (no longer wanted)",
        "  + domain new on h2  (new)",
    ]


def test_the_full_view_has_every_command() -> None:
    assert "      create a" in render_plan("exp", planned([A]), full=True).splitlines()
    assert "create a" not in render_plan("exp", planned([A]))


def test_what_is_held_is_shown_without_asking_for_more() -> None:
    held = Resource(at("hosts", "reservation"), Endpoint("allocations", "database"), Reservation(("n-1",)))
    assert "      create hosts" in render_plan("exp", planned([held])).splitlines()


def test_long_runs_are_folded_and_the_full_view_unfolds_them() -> None:
    many = planned([thing(f"n{index:03}") for index in range(50)])
    text = render_plan("exp", many)
    assert text.count("\n") < 16 and "… and 40 more of kind domain (--view full shows all)" in text
    assert render_plan("exp", many, full=True).count("  + domain") == 50


def test_an_impact_beyond_live_is_told() -> None:
    plan = planned([A], lowering=lambda c: Step(c, (Command("x"),), Impact.REPLACE))
    assert "(new, replace)" in render_plan("exp", plan)


def test_what_is_left_alone_is_told_with_the_reason_once() -> None:
    plan = planned([A, B, thing("c")], [], {a: Unknown("no answer") for a in (A.address, B.address)})
    assert "  ? unchanged (state unknown): domain a, domain b: no answer" in render_plan("exp", plan).splitlines()


def test_what_is_only_to_be_forgotten_is_told() -> None:
    assert "1 gone, to be removed from the state database: domain a" in render_plan(
        "exp", planned([], [A], {A.address: Absent()})
    )


def test_kinds_come_in_the_order_in_which_they_are_made() -> None:
    kinds = ["domain", "switch", "lease", "reservation"]
    text = render_plan("exp", planned([thing("x", kind=kind) for kind in kinds]))
    assert [line.split()[1] for line in text.splitlines()[2:] if line[2] == "+"] == [
        "reservation", "lease", "switch", "domain",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("due", "text"),
    [
        (change(memory_mib=512, vcpu_count=2), "edited: memory_mib 256 → 512; vcpu_count 1 → 2"),
        (change(nics=()), "edited: nics -[mac=00:16:3e:00:00:01 bridge=br0]"),
        (change(nics=(*A.spec.nics, Nic("m", "b"))), "edited: nics +[mac=m bridge=b]"),
        (Change(A, None, A.spec, Cause.LOST), "vanished"),
        (Change(A, A.spec, None, Cause.MOVED), "moves to another host"),
    ],
)
def test_an_update_is_explained_by_its_fields_and_the_rest_by_its_cause(due: Change[Any], text: str) -> None:
    assert explain(due) == text


def test_interfaces_in_another_order_are_called_that() -> None:
    pair = (Nic("a", "x"), Nic("b", "y"))
    due = Change(A, replace(A.spec, nics=pair), replace(A.spec, nics=pair[::-1]), Cause.DRIFT)
    assert explain(due) == "drifted: nics in another order"


def test_data_are_plain_json_with_both_states_and_the_commands() -> None:
    data = json.loads(json.dumps(plan_as_data("exp", planned([thing("a", 512)], [A]))))
    (only,) = data["changes"]
    assert (only["action"], only["cause"], only["impact"], only["commands"]) == (
        "update",
        "edited",
        "live",
        ["update a"],
    )
    assert (only["before"]["memory_mib"], only["after"]["memory_mib"]) == (256, 512)
    assert data["converged"] is False


@pytest.mark.parametrize(
    ("states", "impact", "actions"),
    [
        (([A],), Impact.LIVE, ["create"]),
        (([thing("a", 512)], [A]), Impact.LIVE, ["update"]),
        (([thing("a", 512)], [A]), Impact.REPLACE, ["delete", "create"]),
        (([], [A]), Impact.LIVE, ["delete"]),
    ],
)
def test_policy_tools_for_terraform_can_read_what_changes(states: Any, impact: Impact, actions: list[str]) -> None:
    plan = planned(*states, lowering=lambda c: Step(c, (Command("x"),), impact))
    (only,) = plan_as_data("exp", plan)["resource_changes"]
    assert only == {"address": "domain/exp/a", "type": "domain", "name": "a", "change": {"actions": actions}}


def test_equal_plans_give_equal_bytes_whatever_the_order_they_were_put_in() -> None:
    steps = planned(BIG, [A]).steps
    reasons = {at("x"): "one", at("y"): "two"}
    one = Plan(steps, {a: frozenset() for a in steps}, unknown=reasons, foreign=reasons, waiting=reasons)
    flipped = dict(reversed(reasons.items()))
    two = Plan(dict(reversed(steps.items())), one.after, unknown=flipped, foreign=flipped, waiting=flipped)
    assert one == two
    assert render_plan("exp", one) == render_plan("exp", two)
    assert render_markdown("exp", one) == render_markdown("exp", two)
    assert digest(plan_as_data("exp", one)) == digest(plan_as_data("exp", two))


def test_markdown_is_one_row_for_each_change() -> None:
    text = render_markdown("exp", planned(BIG, [A], {}))
    assert "| ~ | `domain/a` | edited: memory\\_mib 256 → 512 | live |" in text.splitlines()


def test_markdown_is_not_broken_by_what_a_device_says() -> None:
    plan = planned([A], [A], {A.address: Present(replace(A.spec, kernel="/x|y\n| evil |"))})
    rows = [line for line in render_markdown("exp", plan).splitlines() if line.startswith("| ~")]
    assert len(rows) == 1 and len(rows[0].replace("\\|", "").split("|")) == 6


def test_drift_is_what_a_plan_without_edits_would_repair() -> None:
    plan = planned(
        [A, thing("b", 512), thing("c")], [A, B, thing("c")], {A.address: Absent(), at("c"): Present(domain("c", 9))}
    )
    recorded: dict[Address, Any] = {r.address: r for r in (A, B, thing("c"))}
    assert drifted(recorded, plan) == [at("a"), at("c")]


def test_the_signs_are_three() -> None:
    assert {
        plan_step(c).change.action for c in (Change(A, None, A.spec), change(memory_mib=1), Change(A, A.spec, None))
    } == set(Action)
