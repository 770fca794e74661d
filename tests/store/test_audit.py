"""Every act has its entry, in the transaction of the act; what was done to the entries afterwards is found."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import psycopg
import pytest

from reconciler.model.change import Change
from reconciler.model.errors import Locked, Refused, Rejected
from reconciler.model.outcome import Done
from reconciler.model.plan import Plan, Step
from reconciler.planning.render import plan_as_data
from reconciler.resources.reservation import Reservation
from reconciler.store.audit import SITE, digest_of_step
from reconciler.store.chain import Head, digest_of
from reconciler.store.quotas import ENDLESS, Quota
from reconciler.store.store import Store
from tests.planning.worlds import Command, plan_step, planned, thing
from tests.store.stores import HandClock, HandMachine, make_store

A, B = thing("a"), thing("b")
RUN = "run-1"


def step(name: str = "a") -> Step:
    made = thing(name)
    return plan_step(Change(made, None, made.spec))


@pytest.fixture
def machine() -> HandMachine:
    return HandMachine()


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def store(clock: HandClock, machine: HandMachine) -> Store:
    made = make_store(clock, machine=machine)
    epoch = made.lock("exp", RUN)
    made.leases.hold("exp", [("reservation", "hosts", Reservation(("h1", "h2")))], epoch)
    return made


def acts(store: Store, chain: str = "exp") -> list[tuple[str, str]]:
    assert store.audit.verify().faults == []
    return [(sealed.entry.act, sealed.entry.what) for sealed in store.audit.entries(chain)]


# -- what is written ---------------------------------------------------------------------------------


def test_a_run_leaves_what_was_wanted_planned_and_sent_and_that_it_ended(store: Store, machine: HandMachine) -> None:
    machine.as_(HandMachine.process(41, "frontend"))
    store.begin("exp", "digest-of-documents", None, "keep", "web")
    store.prepare(RUN, planned([A, B]))
    store.issue(RUN, [step()])
    store.settle(RUN, [(step(), Done(A.address))])
    epoch = store.allocations("exp").fence.epoch
    store.unlock("exp", RUN)
    where = A.endpoint
    assert acts(store) == [
        ("wanted", "life 1, generation 1, project web"),
        ("planned", "2 steps"),
        ("issued", f"1 step to {where}"),
        ("released", ""),
    ]
    entries = [sealed.entry for sealed in store.audit.entries("exp")]
    assert {entry.who for entry in entries} == {"@frontend/41"} and {entry.epoch for entry in entries} == {epoch}
    assert [entry.run for entry in entries] == ["", RUN, RUN, RUN]
    assert entries[0].digest == "digest-of-documents" and entries[0].at == "2026-11-02T08:00:00+00:00"


def test_the_digest_of_a_plan_is_that_of_the_steps_of_the_same_plan_saved(store: Store) -> None:
    plan = planned([B, A])
    store.prepare(RUN, plan)
    saved = plan_as_data("exp", plan)["changes"]
    steps = [digest_of([change["address"], change["action"], change["commands"]]) for change in saved]
    assert store.audit.entries("exp")[0].entry.digest == digest_of(steps)


def test_one_call_to_an_endpoint_is_one_entry_however_many_steps_it_has(store: Store) -> None:
    many = [step(f"vm-{number}") for number in range(50)]
    store.issue(RUN, many)
    assert acts(store) == [("issued", f"50 steps to {A.endpoint}")]
    assert store.audit.entries("exp")[0].entry.digest == digest_of([digest_of_step(each) for each in many])


def test_what_is_sent_is_digested_as_it_is_also_when_it_is_not_what_was_planned(store: Store) -> None:
    store.prepare(RUN, planned([A]))
    other = replace(step(), commands=(Command("something else"),))
    store.issue(RUN, [other])
    assert (
        store.audit.entries("exp")[-1].entry.digest
        == digest_of([digest_of_step(other)])
        != digest_of([digest_of_step(step())])
    )


def test_a_pass_in_which_nothing_is_to_be_done_and_a_run_of_such_leave_nothing(store: Store) -> None:
    store.prepare(RUN, Plan({}, {}, record=(A,)))
    store.unlock("exp", RUN)
    assert acts(store) == []


def test_the_same_documents_wanted_again_are_no_act_and_others_are(store: Store) -> None:
    for digest in ("one", "one", "two", "two"):
        store.begin("exp", digest, None, "keep")
    store.end("exp")
    store.end("exp")
    store.begin("exp", "two", None, "keep")
    assert [what for _, what in acts(store)] == [
        "life 1, generation 1",
        "life 1, generation 2",
        "no resources are left",
        "life 2, generation 3",
    ]


def test_what_people_do_by_hand_is_written_with_who_did_it(store: Store) -> None:
    store.leases.reserve("vlan:lille", [701, 700], "printers", "second floor")
    store.leases.reserve("ipv4", range(0x0A880009, 0x0A88000F), "printers", "second floor")
    assert store.leases.unreserve("vlan:lille", [700, 705]) == 1
    assert store.leases.unreserve("vlan:lille", [705]) == 0
    store.leases.set_quota("web", Quota(nodes=2, vlans=ENDLESS))
    assert acts(store, SITE) == [
        ("reserved", "vlan:lille 700, vlan:lille 701 for printers"),
        ("reserved", "10.136.0.9, 10.136.0.10, 10.136.0.11, 10.136.0.12 and 2 more for printers"),
        ("returned", "vlan:lille 700"),
        ("limited", "web: nodes 2, addresses as everyone, VLAN ids no limit"),
    ]
    entry = store.audit.entries(SITE)[0].entry
    assert entry.digest == digest_of(["vlan:lille", [700, 701], "printers", "second floor"])


def test_a_lock_taken_from_a_run_is_written_with_whose_it_was(store: Store, machine: HandMachine) -> None:
    machine.as_(HandMachine.process(2, "elsewhere"))
    store.release_lock("exp")
    store.release_lock("exp")
    store.release_lock("exp", proved_dead=True)
    assert acts(store) == [
        ("lock released", "lock of run run-1 on here"),
        ("lock released", "lock that no run held; declared dead by a person"),
    ]


def test_going_on_with_books_that_are_behind_is_written_with_who_decided_it(store: Store) -> None:
    assert store.catch_up() is None and acts(store, SITE) == []
    later = store.allocations("exp").fence.epoch + 100_000
    store.report_unknown_epoch(RUN, "exp", later, "a port is marked so")
    epoch = store.catch_up()
    assert acts(store, SITE) == [("caught up", f"state database older than the devices; continues after epoch {epoch}")]


# -- neither without the other -----------------------------------------------------------------------


def test_what_is_refused_leaves_no_entry(store: Store) -> None:
    store.leases.reserve("vlan:lille", [700], "printers", "second floor")
    with pytest.raises(Rejected):
        store.leases.reserve("vlan:lille", [700, 701], "x", "y")
    with pytest.raises(Locked):
        store.issue("another", [step()])
    with pytest.raises(Locked):
        store.prepare("another", planned([A]))
    with pytest.raises(Refused, match="is alive: process"):
        store.release_lock("exp", proved_dead=True)
    assert acts(store) == [] and len(acts(store, SITE)) == 1


def test_an_act_whose_entry_cannot_be_written_is_not_done(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.prepare(RUN, planned([A]))

    def struck(*_: object) -> None:
        raise RuntimeError("struck")

    monkeypatch.setattr("reconciler.store.audit.seal", struck)
    before = store.serial("exp")
    for act in (
        lambda: store.begin("exp", "d", None, "keep"),
        lambda: store.prepare(RUN, planned([B])),
        lambda: store.issue(RUN, [step()]),
        lambda: store.unlock("exp", RUN),
        lambda: store.release_lock("exp"),
        lambda: store.leases.reserve("vlan:lille", [700], "printers", "second floor"),
        lambda: store.leases.set_quota("web", Quota(nodes=2)),
    ):
        with pytest.raises(RuntimeError, match="struck"):
            act()
    monkeypatch.undo()
    assert store.serial("exp") == before and store.experiments() == [] and store.allocations("exp").open == {}
    assert [row.run for row in store.locks()] == [RUN]
    assert store.leases.quotas() == {} and not [row for row in store.leases.rows() if row.state == "external"]
    assert acts(store) == [("planned", "1 step")]


# -- what is done to it afterwards -----------------------------------------------------------------------


@pytest.mark.parametrize("statement", ["UPDATE audit SET who = 'nobody'", "DELETE FROM audit WHERE number = 1"])
def test_an_entry_is_neither_changed_nor_deleted(store: Store, statement: str) -> None:
    store.issue(RUN, [step()])
    refused = pytest.raises((sqlite3.IntegrityError, psycopg.errors.RaiseException), match="audit is only added to")
    with refused, store._database.transaction() as db:
        db.execute(statement)
    assert len(acts(store)) == 1


def without_triggers(store: Store, *statements: str) -> None:
    """As who owns the database can."""
    with store._database.transaction() as db:
        on = " ON audit" if not isinstance(db, sqlite3.Connection) else ""
        for trigger in ("audit_not_changed", "audit_not_shortened"):
            db.execute(f"DROP TRIGGER {trigger}{on}")
        for statement in statements:
            db.execute(statement)


@pytest.fixture
def long(store: Store) -> Store:
    """More entries than are read at a time are not needed to see a page end: these are cut in pages of two."""
    for number in range(5):
        store.issue(RUN, [step(f"vm-{number}")])
    store.leases.set_quota("web", Quota(nodes=2))
    return store


@pytest.mark.parametrize("page", [1, 2, 5, 1000])
def test_a_log_of_any_length_is_read_to_its_end(long: Store, page: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reconciler.store.audit._PAGE", page)
    assert [sealed.number for sealed in long.audit.entries("exp")] == [1, 2, 3, 4, 5]
    assert [sealed.number for sealed in long.audit.entries("exp", 2)] == [4, 5]
    assert [sealed.number for sealed in long.audit.entries("exp", 9)] == [1, 2, 3, 4, 5]
    assert long.audit.verify().faults == []


@pytest.mark.parametrize(
    ("statement", "number", "why"),
    [
        ("UPDATE audit SET who = 'x' WHERE experiment = 'exp' AND number = 3", 3, "was changed after it was written"),
        ("UPDATE audit SET epoch = 9 WHERE experiment = 'exp' AND number = 3", 3, "was changed after it was written"),
        ("DELETE FROM audit WHERE experiment = 'exp' AND number = 3", 3, "is missing"),
        ("DELETE FROM audit WHERE experiment = 'exp' AND number = 1", 1, "is missing"),
        ("UPDATE meta SET value = 'of another database' WHERE key = 'lineage'", 1, "was changed after it was written"),
    ],
)
def test_what_was_changed_behind_our_back_is_found_at_its_entry(
    long: Store, statement: str, number: int, why: str
) -> None:
    without_triggers(long, statement)
    (found,) = [fault for fault in long.audit.verify().faults if fault.chain == "exp"]
    assert found.number == number and why in found.why


def test_a_chain_that_was_cut_off_is_found_by_the_heads_that_were_kept(long: Store) -> None:
    kept = long.audit.verify().heads
    without_triggers(long, "DELETE FROM audit WHERE experiment = 'exp' AND number > 3")
    assert long.audit.verify().faults == []
    (found,) = long.audit.verify(kept).faults
    assert (found.chain, found.number) == ("exp", 4)


def test_a_chain_that_vanished_or_was_moved_is_found_by_the_heads_that_were_kept(long: Store) -> None:
    kept = long.audit.verify().heads
    without_triggers(long, "UPDATE audit SET experiment = 'other' WHERE experiment = 'exp'")
    found = [(fault.chain, fault.number) for fault in long.audit.verify(kept).faults]
    assert found == [("exp", 1), ("other", 1)]


def test_heads_that_were_kept_still_fit_when_more_was_added(long: Store) -> None:
    kept = long.audit.verify().heads
    long.issue(RUN, [step("another")])
    verdict = long.audit.verify(kept)
    assert verdict.faults == [] and Head("exp", 6, long.audit.entries("exp")[-1].hash) in verdict.heads
