"""What is done in which order, what waits, and what is left alone."""

from __future__ import annotations

from dataclasses import replace
from graphlib import TopologicalSorter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.change import Cause, Change
from reconciler.model.errors import DependencyCycle, Refused
from reconciler.model.plan import Impact, Step
from reconciler.model.resource import Absent, Foreign, Present, Unknown
from reconciler.planning.plan import make_plan
from reconciler.resources.host import Host
from tests.planning.worlds import at, domain, plan_step, planned, refuse, thing, world

SILENT = Unknown("no answer")
A = thing("a")
B = thing("b", needs=[A])
C = thing("c", needs=[B])
CHAIN = [A, B, C]


def first(plan: Any) -> dict[str, list[str]]:
    return {address.name: sorted(need.name for need in needs) for address, needs in plan.after.items()}


def test_needs_are_made_first() -> None:
    assert first(planned(CHAIN)) == {"a": [], "b": ["a"], "c": ["b"]}


def test_users_go_first() -> None:
    assert first(planned([], CHAIN)) == {"a": ["b"], "b": ["c"], "c": []}


def test_a_user_lets_go_of_a_thing_before_it_goes() -> None:
    changed = thing("b", 512)
    assert first(planned([changed], [A, B])) == {"a": ["b"], "b": []}


def test_what_is_there_already_is_waited_for_by_nobody() -> None:
    assert first(planned([A, B], [A])) == {"b": []}


def test_the_order_of_deletions_follows_what_was_recorded() -> None:
    turned = [thing("a", needs=[thing("b")]), thing("b")]
    assert first(planned([], turned)) == {"a": [], "b": ["a"]}


def test_a_circle_is_named_with_everything_in_it() -> None:
    one, two = thing("one", needs=[thing("two")]), thing("two", needs=[thing("one")])
    with pytest.raises(DependencyCycle) as error:
        planned([one, two])
    assert {"domain/exp/one", "domain/exp/two"} <= set(str(error.value).split(" -> "))


# -- needs that are not met ------------------------------------------------------------------------


@pytest.mark.parametrize("seen", [SILENT, Foreign("another's"), Present(domain("a", 999))])
def test_what_needs_a_thing_that_is_not_as_wanted_waits(seen: Any) -> None:
    plan = planned(CHAIN, [], {A.address: seen})
    assert not plan.steps
    assert plan.waiting == {
        B.address: "waits for domain/exp/a",
        C.address: "waits for domain/exp/b",
    }


def test_a_change_waits_like_a_creation() -> None:
    plan = planned([A, replace(B, spec=domain("b", 512))], [A, B], {A.address: SILENT})
    assert not plan.steps and list(plan.waiting) == [B.address]


def test_what_drifted_is_put_back_in_place_even_when_its_need_is_silent() -> None:
    drifted = {A.address: SILENT, B.address: Present(domain("b", 999))}
    assert list(planned([A, B], [A, B], drifted).steps) == [B.address]
    assert list(planned([A, B], [A, B], {**drifted, A.address: Foreign("another's")}).waiting) == [B.address]
    assert list(planned([A, B], [A, replace(B, needs=frozenset())], drifted).waiting) == [B.address]


def test_what_drifted_is_not_restarted_while_its_need_is_silent() -> None:
    def restarting(change: Change[Any]) -> Step[Any]:
        return replace(plan_step(change), impact=Impact.RESTART)

    plan = planned([A, B], [A, B], {A.address: SILENT, B.address: Present(domain("b", 999))}, restarting)
    assert not plan.steps and list(plan.waiting) == [B.address]


def test_what_needs_a_refused_thing_waits() -> None:
    def lowering(change: Change[Any]) -> Step[Any]:
        return refuse(change) if change.address == A.address else plan_step(change)

    plan = planned(CHAIN, lowering=lowering)
    assert not plan.steps
    assert list(plan.foreign) == [A.address] and list(plan.waiting) == [B.address, C.address]


def test_what_needs_a_thing_that_moves_waits_until_it_is_there() -> None:
    plan = planned([thing("a", on="h2"), B], [A])
    assert list(plan.steps) == [A.address]
    assert list(plan.waiting) == [B.address]


def test_an_unknown_need_of_what_is_as_wanted_holds_nothing_back() -> None:
    plan = planned(CHAIN, CHAIN, {A.address: SILENT})
    assert not plan.steps and not plan.waiting
    assert plan.unknown == {A.address: "no answer"} and not plan.converged


# -- deletions that wait -----------------------------------------------------------------------------


def test_a_thing_is_kept_while_nothing_is_known_of_its_user() -> None:
    plan = planned([], [A, B], {B.address: SILENT})
    assert not plan.steps
    assert plan.waiting == {A.address: "still used by domain/exp/b, whose state is unknown"}


def test_a_thing_is_kept_while_the_deletion_of_its_user_waits() -> None:
    plan = planned([], CHAIN, {C.address: SILENT})
    assert not plan.steps, "c may still run: neither what it uses nor what that uses is given back"
    assert plan.waiting[A.address] == "still used by domain/exp/b, which is waiting too"


def test_a_thing_is_kept_while_its_user_is_refused_to_go() -> None:
    def lowering(change: Change[Any]) -> Step[Any]:
        return refuse(change) if change.address == C.address else plan_step(change)

    plan = planned([], CHAIN, lowering=lowering)
    assert not plan.steps
    assert list(plan.foreign) == [C.address] and list(plan.waiting) == [A.address, B.address]


def test_a_thing_goes_when_its_user_is_gone_or_uses_it_no_longer() -> None:
    assert list(planned([], [A, B], {B.address: Absent()}).steps) == [A.address]
    assert list(planned([thing("b")], [A, B]).steps) == [A.address]


# -- what else a plan says ---------------------------------------------------------------------------


def test_what_is_recorded_and_neither_wanted_nor_there_is_only_forgotten() -> None:
    plan = planned([], [A], {A.address: Absent()})
    assert not plan.steps and plan.gone == {A.address} and not plan.converged


def test_a_stranger_under_our_name_is_named() -> None:
    plan = planned([A], [], {A.address: Present(A.spec)})
    assert "not managed by this experiment" in plan.foreign[A.address] and not plan.converged


def test_a_node_that_is_right_is_no_stranger_and_is_written_down() -> None:
    node = thing("n", kind="host", spec=Host("", ""))
    plan = planned([node], [], {node.address: Present(Host("", ""))})
    assert plan.converged and plan.record == (node,)


def test_the_right_image_that_is_there_is_written_down_once_the_node_is_held() -> None:
    held = thing("hosts", kind="reservation")
    image = thing("n", kind="deployment", needs=[held])
    there = {image.address: Present(image.spec)}
    first = planned([held, image], [], {**there, held.address: Absent()})
    assert (list(first.steps), first.record, first.foreign) == ([held.address], (), {})
    assert planned([held, image], [held], there).record == (image,)


def test_other_needs_are_written_down_without_a_step() -> None:
    plan = planned([A, thing("b")], [A, B])
    assert plan.converged and plan.record == (thing("b"),)


def test_a_refusal_is_said_and_does_not_stop_the_rest() -> None:
    def lowering(change: Change[Any]) -> Step[Any]:
        return refuse(change) if change.address.name == "a" else plan_step(change)

    plan = planned([A, thing("z")], lowering=lowering)
    assert list(plan.steps) == [at("z")] and plan.foreign == {A.address: "a is protected"}


def test_when_to_look_again_is_the_earliest_time_that_a_device_gave() -> None:
    plan = planned([A, B, C], [], {A.address: Unknown("busy", 9.0), B.address: Unknown("busy", 4.0), C.address: SILENT})
    assert plan.retry_in_s == 4.0
    assert planned([A], [], {A.address: SILENT}).retry_in_s is None


def test_a_refused_plan_raises_nothing() -> None:
    assert planned([A], lowering=refuse).foreign
    with pytest.raises(Refused):
        refuse(Change(A, None, A.spec))


names = st.sampled_from("abcdef")
sights = st.dictionaries(
    names, st.sampled_from([Absent(), SILENT, Unknown("busy", 1.0), Foreign("x"), Present(domain("q", 7))])
)


@st.composite
def fleets(draw: st.DrawFn) -> list[Any]:
    """Things that need only those before them, on two hosts."""
    found: list[Any] = []
    for name in draw(st.lists(names, unique=True)):
        needs = [need for need in found if draw(st.booleans())]
        found.append(thing(name, draw(st.sampled_from([1, 2])), on=draw(st.sampled_from(["h1", "h2"])), needs=needs))
    return found


@given(desired=fleets(), recorded=fleets(), seen=sights)
def test_every_plan_is_safe_and_says_something_about_everything(desired: Any, recorded: Any, seen: Any) -> None:
    observed = {at(name): sight for name, sight in seen.items()}
    plan = planned(desired, recorded, observed)
    wanted, ours = {r.address: r for r in desired}, {r.address: r for r in recorded}
    TopologicalSorter(plan.after).prepare()
    assert plan.after.keys() == plan.steps.keys()
    for address, step in plan.steps.items():
        assert not isinstance(observed.get(address), (Unknown, Foreign))
        assert plan.after[address] <= plan.steps.keys()
        if step.change.after is None:
            users = [u for u, r in ours.items() if address in r.needs and not isinstance(observed.get(u), Absent)]
            assert all(u in plan.steps or isinstance(observed.get(u), Present) or u not in observed for u in users)
        else:
            silent = {n for n, sight in observed.items() if isinstance(sight, Unknown)}
            assert step.change.resource.needs <= plan.steps.keys() | {
                n
                for n in wanted
                if observed.get(n, Present(ours[n].spec) if n in ours else Absent()) == Present(wanted[n].spec)
            } | (silent if step.change.cause is Cause.DRIFT else set())
    for address, resource in wanted.items():
        sight = observed.get(address, Present(ours[address].spec) if address in ours else Absent())
        explained = any(address in part for part in (plan.steps, plan.waiting, plan.unknown, plan.foreign, plan.gone))
        assert explained or sight == Present(resource.spec)


@given(desired=fleets(), recorded=fleets(), seen=sights)
def test_the_same_world_gives_the_same_plan_in_the_same_order(desired: Any, recorded: Any, seen: Any) -> None:
    observed = {at(name): sight for name, sight in seen.items()}
    one, two = (
        planned(desired, recorded, observed),
        planned(desired[::-1], recorded[::-1], dict(reversed(observed.items()))),
    )
    assert one == two
    for part in ("steps", "after", "waiting", "unknown", "foreign"):
        assert list(getattr(one, part)) == list(getattr(two, part)), part


def test_what_an_update_cut_short_may_use_is_released_after_its_user_is_gone() -> None:
    lease, user = thing("lease", on="allocations"), thing("user", on="h2")
    wish = replace(user, needs=frozenset({lease.address}))
    states = world([], [lease, user])
    plan = make_plan(replace(states, intended={user.address: wish}), plan_step)
    assert plan.after[lease.address] == {user.address}


def test_a_need_that_an_update_cut_short_turned_round_does_not_keep_both_from_going() -> None:
    below = thing("below")
    user = thing("user", needs=[below])
    wish = replace(below, needs=frozenset({user.address}))
    states = world([], [below, user])
    plan = make_plan(replace(states, intended={below.address: wish}), plan_step)
    orders = {frozenset(a.name for a, first in plan.after.items() if first)}
    assert sorted(plan.steps) == [at("below"), at("user")] and orders in ({frozenset({"below"})}, {frozenset({"user"})})


def test_nothing_is_done_about_an_unlisted_kind_and_the_plan_says_so() -> None:
    wanted, recorded = thing("web", kind="record"), thing("old", kind="record")
    seen = {wanted.address: Absent(), recorded.address: Absent()}
    plan = make_plan(world([wanted], [recorded], seen), plan_step)
    assert not plan.steps and not plan.gone and not plan.record and not plan.converged
    assert plan.unknown.keys() == seen.keys()


def test_a_step_without_commands_is_refused_and_says_which_fields_nothing_is_done_about() -> None:
    changed = thing("a", 512)
    plan = make_plan(
        world([changed], [thing("a")], {changed.address: Present(thing("a").spec)}), lambda change: Step(change, ())
    )
    assert not plan.steps and not plan.converged
    assert plan.foreign == {changed.address: "its driver has no command for this change (memory_mib)"}
