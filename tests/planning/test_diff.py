"""Why a change is due, and when none is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.change import Action, Cause, Change
from reconciler.model.resource import Absent, Foreign, Observed, Present, Resource, Unknown
from reconciler.planning.diff import diff
from reconciler.resources.deployment import Deployment
from reconciler.resources.host import Host
from tests.planning.worlds import at, domain, thing, world

VM = thing("vm")
OTHER = Present(domain("vm", 512))


def changes(*states: Any) -> dict[Any, Change[Any]]:
    w = world(*states)
    return diff(w.desired, w.recorded, w.observed)


def cause(*states: Any) -> tuple[Action, Cause] | None:
    change = changes(*states).get(at("vm"))
    return (change.action, change.cause) if change else None


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        pytest.param(([VM],), (Action.CREATE, Cause.NEW), id="new"),
        pytest.param(([VM], [VM], {at("vm"): Absent()}), (Action.CREATE, Cause.LOST), id="vanished"),
        pytest.param(([thing("vm", 512)], [VM]), (Action.UPDATE, Cause.EDIT), id="edited"),
        pytest.param(([VM], [VM], {at("vm"): OTHER}), (Action.UPDATE, Cause.DRIFT), id="drifted"),
        pytest.param(([], [VM]), (Action.DELETE, Cause.UNWANTED), id="unwanted"),
        pytest.param(([thing("vm", on="h2")], [VM]), (Action.DELETE, Cause.MOVED), id="moved"),
        pytest.param(([VM], [VM]), None, id="as wanted"),
        pytest.param(([], [VM], {at("vm"): Absent()}), None, id="gone by itself"),
        pytest.param(([thing("vm", on="h2")], [VM], {at("vm"): Absent()}), None, id="moved and gone"),
    ],
)
def test_the_cause_of_a_change(states: Any, expected: Any) -> None:
    assert cause(*states) == expected


@pytest.mark.parametrize("seen", [Unknown("silent"), Foreign("another's"), Unknown("busy", 3.0)])
@pytest.mark.parametrize("desired", [[], [VM], [thing("vm", 512)], [thing("vm", on="h2")]])
@pytest.mark.parametrize("recorded", [[], [VM]])
def test_nothing_is_done_about_what_is_unknown_or_foreign(desired: Any, recorded: Any, seen: Any) -> None:
    assert cause(desired, recorded, {at("vm"): seen}) is None


def test_what_was_not_observed_is_unknown() -> None:
    assert diff({VM.address: VM}, {}, {}) == {}


def test_what_is_there_and_not_recorded_is_not_touched() -> None:
    assert cause([VM], [], {at("vm"): OTHER}) is None


def test_a_wrong_node_is_put_right_though_nothing_is_recorded_of_it() -> None:
    node = thing("n", kind="host", spec=Host("/f", "right"))
    change = changes([node], [], {node.address: Present(Host("/f", "wrong"))})[node.address]
    assert (change.action, change.cause) == (Action.UPDATE, Cause.NEW)


def test_an_update_starts_from_what_was_observed() -> None:
    change = changes([thing("vm", 512)], [VM], {at("vm"): Present(domain("vm", 300))})[at("vm")]
    assert [(f.field, f.before, f.after) for f in change.fields] == [("memory_mib", 300, 512)]


def test_a_delete_is_about_the_resource_that_was_recorded() -> None:
    old = thing("vm", 300, on="h9")
    assert changes([], [old])[at("vm")].resource == old


IMAGE = thing("n", kind="deployment", on="deployer", spec=Deployment("n", "xen", 1, "root"))
CARRIED = thing("vm", carrier=IMAGE)


def test_when_an_image_is_made_anew_what_it_carries_is_made_again() -> None:
    newer = replace(IMAGE, spec=replace(IMAGE.spec, version=2))
    found = changes([newer, CARRIED], [IMAGE, CARRIED])
    assert {address.kind: change.cause for address, change in found.items()} == {
        "deployment": Cause.EDIT,
        "domain": Cause.LOST,
    }


def test_what_lives_on_an_image_that_only_goes_is_deleted_as_it_is() -> None:
    assert changes([], [IMAGE, CARRIED])[at("vm")].action is Action.DELETE


def test_the_image_of_a_nodes_last_user_is_kept_when_it_is_the_right_one_and_replaced_when_not() -> None:
    older = Present(replace(IMAGE.spec, version=0))
    assert changes([IMAGE], [], {IMAGE.address: Present(IMAGE.spec)}) == {}
    found = changes([IMAGE, CARRIED], [], {IMAGE.address: older, CARRIED.address: Unknown("about to be imaged")})
    assert {address.kind: change.action for address, change in found.items()} == {
        "deployment": Action.UPDATE,
        "domain": Action.CREATE,
    }


def test_what_moves_to_a_node_that_is_imaged_anew_is_taken_down_where_it_is() -> None:
    fresh = thing("n2", kind="deployment", on="deployer", spec=Deployment("n2", "xen", 1, "root"))
    found = changes([fresh, thing("vm", on="h2", carrier=fresh)], [IMAGE, CARRIED])
    assert (found[at("vm")].action, found[at("vm")].cause) == (Action.DELETE, Cause.MOVED)


def test_an_image_of_which_nothing_is_known_renews_nothing() -> None:
    newer = replace(IMAGE, spec=replace(IMAGE.spec, version=2))
    assert changes([newer, CARRIED], [IMAGE, CARRIED], {IMAGE.address: Unknown("silent")}) == {}


states = st.sampled_from(
    [Absent(), Unknown("x"), Foreign("y"), *(Present(domain("a", memory)) for memory in (1, 2, 3))]
)
resources = st.none() | st.builds(thing, st.just("a"), st.sampled_from([1, 2]), on=st.sampled_from(["h1", "h2"]))


@given(desired=resources, recorded=resources, seen=states)
def test_the_four_rules_hold_for_every_meeting_of_states(
    desired: Resource[Any] | None, recorded: Resource[Any] | None, seen: Observed[Any]
) -> None:
    wanted, ours = ({r.address: r} if r else {} for r in (desired, recorded))
    change = diff(wanted, ours, {at("a"): seen}).get(at("a"))
    if change is None:
        return
    assert isinstance(seen, (Absent, Present)), "unknown is not absent; another's is not ours"
    if change.action is not Action.CREATE:
        assert recorded is not None, "only what is recorded is ours"
    if change.action is Action.DELETE:
        assert desired is None or desired.endpoint != change.resource.endpoint
    else:
        assert change.after == desired.spec != change.before
    assert change.before == (seen.spec if isinstance(seen, Present) else None)
