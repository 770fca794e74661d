"""What an observation says about an experiment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from reconciler.model.address import Address
from reconciler.model.change import Cause
from reconciler.model.resource import Absent, Foreign, Present, Unknown
from reconciler.planning.conditions import Condition, conditions
from reconciler.resources.parts import NODES_DEPLOYED
from tests.planning.worlds import at, domain, thing, world

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
A, B = thing("a"), thing("b")


def found(*states: Any, causes: Any = None, ends: datetime | None = None) -> dict[str, Condition]:
    return {c.type: c for c in conditions(world(*states), causes or {}, ends, NOW)}


def test_all_is_well_when_everything_was_observed_as_wanted() -> None:
    seen = found([A, B], [A, B])
    assert (seen["Ready"].status, seen["Ready"].reason) == ("True", "Converged")
    assert seen["DomainsRunning"] == Condition("DomainsRunning", "True", "AllRunning", "2 of 2 VMs")


def test_ready_comes_first_and_parts_without_resources_are_left_out() -> None:
    assert list(found([A], [A])) == ["Ready", "DomainsRunning"]


@pytest.mark.parametrize(
    ("sight", "status", "message"),
    [
        (Absent(), "False", "1 of 2 VMs; b: absent"),
        (Present(domain("b", 1)), "False", "1 of 2 VMs; b: differs from the desired state"),
        (Foreign("another's"), "False", "1 of 2 VMs; b: another's"),
        (Unknown("no answer"), "Unknown", "1 of 2 VMs; b: unknown: no answer"),
    ],
)
def test_what_is_wrong_is_named_and_unknown_is_no_guess(sight: Any, status: str, message: str) -> None:
    seen = found([A, B], [A, B], {B.address: sight})
    assert (seen["DomainsRunning"].status, seen["DomainsRunning"].message) == (status, message)
    assert seen["Ready"].status == status


def test_a_known_fault_outweighs_what_is_unknown() -> None:
    seen = found([A, B], [A, B], {A.address: Unknown("?"), B.address: Absent()})
    assert (seen["Ready"].status, seen["Ready"].reason) == ("False", "DomainsNotRunning")


def test_nothing_made_is_not_ready() -> None:
    assert found([])["Ready"].reason == "NotApplied"


def test_drift_is_named_and_an_edit_is_no_drift() -> None:
    causes = {at(name): Cause.DRIFT for name in "abcd"} | {at("e"): Cause.EDIT, at("f"): Cause.LOST}
    assert found([A], [A], causes=causes)["Drifted"].message == "domain/exp/a, domain/exp/b, domain/exp/c and 2 more"
    assert "Drifted" not in found([A], [A], causes={at("e"): Cause.EDIT})


@pytest.mark.parametrize(("minutes", "word"), [(29, "ends"), (-1, "ended"), (31, None)])
def test_the_end_of_a_lifetime_is_announced(minutes: int, word: str | None) -> None:
    seen = found([A], [A], ends=NOW + timedelta(minutes=minutes)).get("Expiring")
    assert (word is None and seen is None) or f"the lifetime {word} at 2026-11-02" in seen.message


def test_a_node_is_counted_once_though_its_image_and_its_answer_are_two_resources() -> None:
    part = NODES_DEPLOYED
    assert part.count([Address("deployment", "exp", "h1"), Address("host", "exp", "h1")]) == 1


def test_what_is_anothers_is_not_unknown_whatever_its_words() -> None:
    seen = {A.address: Foreign("unknown owner's mark")}
    assert conditions(world([A], [A], seen), {}, None, NOW)[0].status == "False"


def test_a_resource_of_an_unlisted_kind_leaves_ready_unknown() -> None:
    strange = thing("web", kind="record")
    seen = {strange.address: Present(strange.spec)}
    for states in (world([strange], [], seen), world([], [strange], {})):
        ready = conditions(states, {}, None, NOW)[0]
        assert (ready.type, ready.status, ready.reason) == ("Ready", "Unknown", "KindNotListed")
        assert "knows no kind 'record'" in ready.message
