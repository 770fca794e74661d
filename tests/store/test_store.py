"""The journal, the life of an experiment, and locks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.model.change import Change
from reconciler.model.errors import Faulty, Refused, Rejected, Unreachable
from reconciler.model.outcome import Done, Failed, Outcome, Waiting
from reconciler.model.plan import Plan, Step
from reconciler.resources.deployment import Deployment
from reconciler.resources.reservation import Reservation
from reconciler.store.store import Store
from tests.planning.worlds import at, domain, plan_step, planned, thing
from tests.store.stores import HandClock, make_store

A = thing("a")
RUN = "run-1"


def step(after: object = A.spec, before: object = None) -> Step:
    return plan_step(Change(A, before, after))


@pytest.fixture
def store() -> Store:
    made = make_store()
    begin(made)
    return made


def begin(store: Store) -> None:
    """A run that has the experiment, and the nodes that things stand on."""
    epoch = store.lock("exp", RUN)
    store.leases.hold("exp", [("reservation", "hosts", Reservation(("h1", "h2")))], epoch)


def states(store: Store, *kinds: str) -> list[str]:
    """The states of the intents that are open, or of those of these states, oldest first."""
    with store._database.reading() as db:
        found = db.execute("SELECT state FROM intents ORDER BY id").fetchall()
    return [state for (state,) in found if state in (kinds or ("issued", "unknown"))]


# -- the journal -------------------------------------------------------------------------------------


def test_what_is_about_to_be_made_is_recorded_before(store: Store) -> None:
    store.issue(RUN, [step()])
    assert store.allocations("exp").recorded == {at("a"): A}
    assert states(store) == ["issued"]


def test_what_was_made_is_recorded_and_settled(store: Store) -> None:
    store.issue(RUN, [step()])
    store.settle(RUN, [(step(), Done(at("a")))])
    assert store.allocations("exp").recorded == {at("a"): A} and states(store) == []


@pytest.mark.parametrize(
    ("outcome", "left"),
    [
        (Failed(at("a"), Rejected("no")), []),
        (Failed(at("a"), Unreachable("cut"), unsure=True), ["unknown"]),
        (Waiting(at("a"), "busy", 1.0), ["issued"]),
    ],
)
def test_what_was_not_made_stays_recorded_for_it_may_be_there(store: Store, outcome: Outcome, left: list[str]) -> None:
    store.issue(RUN, [step()])
    store.settle(RUN, [(step(), outcome)])
    assert list(store.allocations("exp").recorded) == [at("a")]
    assert states(store) == left


def test_an_update_under_way_is_known_beside_what_was_before(store: Store) -> None:
    store.issue(RUN, [step()])
    store.settle(RUN, [(step(), Done(at("a")))])
    larger = plan_step(Change(replace(A, spec=domain("a", 512)), A.spec, domain("a", 512)))
    store.issue(RUN, [larger])
    allocations = store.allocations("exp")
    assert allocations.recorded[at("a")].spec == A.spec and allocations.intended[at("a")].spec == domain("a", 512)
    store.settle(RUN, [(larger, Done(at("a")))])
    allocations = store.allocations("exp")
    assert allocations.recorded[at("a")].spec == domain("a", 512) and not allocations.intended


def test_what_is_about_to_be_changed_and_was_nobodys_is_recorded_before(store: Store) -> None:
    store.issue(RUN, [step(before=domain("a", 128))])
    assert list(store.allocations("exp").recorded) == [at("a")]


def test_what_was_deleted_is_forgotten_and_not_before(store: Store) -> None:
    store.issue(RUN, [step()])
    store.settle(RUN, [(step(), Done(at("a")))])
    gone = step(None, A.spec)
    store.issue(RUN, [gone])
    assert store.allocations("exp").recorded
    store.settle(RUN, [(gone, Done(at("a")))])
    assert store.allocations("exp").recorded == {}


def test_preparing_forgets_what_is_gone_and_records_what_is_right(store: Store) -> None:
    store.issue(RUN, [step()])
    store.prepare(RUN, Plan({}, {}, record=(thing("b"),), gone=frozenset({at("a")})))
    assert store.allocations("exp").recorded == {at("b"): thing("b")}


def test_a_book_holds_one_experiment(store: Store) -> None:
    store.issue(RUN, [step()])
    assert store.allocations("other").recorded == {}


def test_everything_is_there_after_the_file_is_opened_again(tmp_path: Path) -> None:
    path, clock = tmp_path / "state" / "state.db", HandClock()
    first = make_store(clock, path)
    begin(first)
    plan = planned([A, thing("b", needs=[A])])
    first.issue(RUN, list(plan.steps.values()))
    first.close()
    again = make_store(clock, path)
    assert again.allocations("exp").recorded == {at("a"): A, at("b"): thing("b", needs=[A])}
    assert states(again) == ["issued", "issued"]
    again.close()


# -- nodes that fail ------------------------------------------------------------------------------


def test_a_node_that_cannot_be_imaged_twice_is_bad_until_the_end_of_this_life(store: Store) -> None:
    image = thing("n", kind="deployment", spec=Deployment("n", "e", 1, "root"))
    failed = plan_step(Change(image, None, image.spec))
    store.settle(RUN, [(failed, Failed(image.address, Unreachable("?"), unsure=True))])
    store.settle(RUN, [(failed, Failed(image.address, Faulty("no")))])
    assert store.allocations("exp").bad_nodes == frozenset()
    store.settle(RUN, [(failed, Failed(image.address, Faulty("no")))])
    assert store.allocations("exp").bad_nodes == {"n"}
    store.end("exp")
    assert store.allocations("exp").bad_nodes == frozenset()


def test_a_request_that_was_refused_is_no_fault_of_the_node(store: Store) -> None:
    image = thing("n", kind="deployment", spec=Deployment("n", "e", 1, "root"))
    refused = plan_step(Change(image, None, image.spec))
    for _ in range(3):
        store.settle(RUN, [(refused, Failed(image.address, Rejected("no such environment")))])
    assert store.allocations("exp").bad_nodes == frozenset()


def test_nothing_is_sent_to_a_node_that_is_not_reserved_any_more(store: Store) -> None:
    store.issue(RUN, [step()])
    store.leases.hold("exp", [("reservation", "hosts", Reservation(("h2",)))], store.locks()[0].epoch)
    with pytest.raises(Refused, match="node h1 is no longer reserved for exp"):
        store.issue(RUN, [step()])
    assert states(store, "issued") == ["issued"]
