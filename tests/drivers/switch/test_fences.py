"""Acquisitions on a switch: who comes later shuts the earlier out, and nobody else."""

from __future__ import annotations

import pytest

from reconciler.drivers.switch.openconfig.dialect import OpenConfig
from reconciler.drivers.switch.ownership import Owner, mark_of
from reconciler.model.errors import Fenced, Locked
from reconciler.model.fence import Fence
from reconciler.model.outcome import Done, Failed
from reconciler.model.resource import Absent, Present
from reconciler.resources.switch import EdgePort, SwitchSlice
from tests.drivers.fence import EARLIER, FENCE, LATER, behind_barrier
from tests.drivers.switch.openconfig.memory import Fault, MemorySession
from tests.drivers.switch.openconfig.simulator import SPECS, driver_on, tag
from tests.drivers.switch.test_driver import HOST, WHOLE, Bench


@pytest.fixture
def bench() -> Bench:
    return Bench()


def epochs(bench: Bench, experiment: str = "exp") -> dict[str, int]:
    dialect = OpenConfig()
    ports = dialect.parse(bench.pool.another(HOST).get_config("running", dialect.query())).ports
    marks = {name: mark_of(port, Owner("lille", experiment)) for name, port in ports.items()}
    return {name: mark.epoch for name, mark in sorted(marks.items()) if mark}


def under(bench: Bench, fence: Fence) -> Bench:
    bench.fence = fence
    return bench


def test_every_port_carries_the_epoch_of_who_changed_the_switch_last(bench: Bench) -> None:
    under(bench, EARLIER).make(SPECS[1])
    assert epochs(bench) == {"e1": 6, "e2": 6}
    assert isinstance(under(bench, FENCE).go(SPECS[1], SPECS[2]), Done)
    assert epochs(bench) == {"e2": 7, "e3": 7}


def test_the_latest_epoch_stays_when_the_port_that_was_changed_last_is_given_back(bench: Bench) -> None:
    under(bench, EARLIER).make(SPECS[0])
    under(bench, LATER).go(SPECS[0], SPECS[1])
    assert isinstance(under(bench, LATER).go(SPECS[1], SPECS[0]), Done)
    assert epochs(bench) == {"e1": 12}


def test_a_run_that_was_overtaken_changes_nothing_although_it_planned_before(bench: Bench) -> None:
    seen = bench.make(SPECS[0])
    under(bench, LATER).go(seen, SPECS[1])
    before = bench.device.running_xml()
    outcome = under(bench, FENCE).go(SPECS[1], None)
    assert isinstance(outcome, Failed)
    assert isinstance(outcome.error, Fenced) and not outcome.error.retryable and not outcome.unsure
    assert "sw-1.lille: port e1 has epoch 12 of exp, and this run has epoch 7" in str(outcome.error)
    assert bench.device.running_xml() == before


def test_what_is_wanted_knows_no_epochs_so_a_new_run_finds_nothing_to_do(bench: Bench) -> None:
    bench.make(WHOLE)
    bench.device.reset_counters()
    assert under(bench, LATER).see(WHOLE) == Present(WHOLE)
    assert bench.device.counters.edits == 0
    assert set(epochs(bench).values()) == {7}


def test_a_barrier_raises_our_marks_and_no_others_in_one_commit(bench: Bench) -> None:
    theirs = SwitchSlice((EdgePort("e3", tag(3, "theirs"), access=730),), parked=100)
    bench.make(theirs, "theirs")
    bench.make(WHOLE)
    bench.device.reset_counters()
    assert under(bench, behind_barrier(LATER)).see(WHOLE) == Present(WHOLE)
    assert (bench.device.counters.edits, bench.device.counters.commits) == (1, 1)
    assert set(epochs(bench).values()) == {12}
    assert epochs(bench, "theirs") == {"e3": 7}
    assert bench.device.startup_xml() == bench.device.running_xml()


def test_a_barrier_where_nothing_is_to_be_raised_writes_nothing(bench: Bench) -> None:
    under(bench, behind_barrier()).see(WHOLE)
    bench.make(WHOLE)
    bench.device.reset_counters()
    bench.see(WHOLE)
    assert bench.device.counters.edits == 0


def test_a_barrier_is_not_had_while_another_session_may_act(bench: Bench) -> None:
    bench.make(WHOLE)
    other = bench.pool.another(HOST)
    other.lock("candidate")
    with pytest.raises(Locked):
        under(bench, behind_barrier(LATER)).see(WHOLE)
    assert other.alive
    assert set(epochs(bench).values()) == {7}


@pytest.mark.parametrize("operation", ["edit-config", "commit", "copy-config"])
def test_a_barrier_that_is_cut_short_is_in_doubt_and_is_had_the_next_time(bench: Bench, operation: str) -> None:
    bench.make(WHOLE)
    # the first copy is before any edit: a trial that was rolled back may have been saved
    bench.pool.faults = [Fault(operation, count=1 if operation == "copy-config" else 0)]
    with pytest.raises(Exception, match="no answer"):
        under(bench, behind_barrier(LATER)).see(WHOLE)
    assert bench.pool.doubtful(HOST)
    assert bench.see(WHOLE) == Present(WHOLE)
    assert set(epochs(bench).values()) == {12}


def test_a_database_that_is_older_than_the_switch_is_told_so_at_the_first_look(bench: Bench) -> None:
    bench.make(WHOLE)
    with pytest.raises(Fenced, match="the state database is older than the devices"):
        under(bench, EARLIER).see(WHOLE)


# -- sessions of our own that the switch still believes in ---------------------------------------------


def give_up(bench: Bench) -> MemorySession:
    """The driver's session holds both locks when the link dies; the switch has not noticed."""
    session = bench.pool.session(HOST)
    session.lock("candidate")
    session.lock("running")
    session.vanish()
    bench.pool.drop(HOST, doubtful=True)
    return session


def test_our_own_dead_session_is_ended_so_that_its_locks_are_free(bench: Bench) -> None:
    give_up(bench)
    assert bench.see(WHOLE) == Absent()
    assert isinstance(bench.go(None, WHOLE), Done)


def test_a_session_that_is_not_known_as_ours_is_never_ended(bench: Bench) -> None:
    lost = give_up(bench)
    fresh = Bench.__new__(Bench)
    fresh.pool, fresh.device, fresh.fence = bench.pool, bench.device, behind_barrier()
    fresh.pool.suspects.clear()
    fresh.driver = driver_on(fresh.pool)
    with pytest.raises(Locked):
        fresh.see(WHOLE)
    assert int(lost.id) in bench.device.roster.ids


def test_an_id_that_was_given_out_anew_after_a_restart_is_never_ended(bench: Bench) -> None:
    bench.pool.session(HOST)
    theirs = bench.pool.another(HOST)
    theirs.lock("running")
    bench.pool.suspects[HOST] = {theirs.id}
    with pytest.raises(Locked):
        bench.see(WHOLE)
    assert theirs.alive


def test_what_was_saved_on_trial_and_rolled_back_is_not_what_the_switch_starts_up_with(bench: Bench) -> None:
    before = bench.device.running_xml()
    bench.pool.faults = [Fault("copy-config")]
    outcome = bench.go(None, WHOLE)
    assert isinstance(outcome, Failed) and outcome.unsure
    assert bench.device.running_xml() == before != bench.device.startup_xml()
    assert under(bench, behind_barrier(LATER)).see(WHOLE) == Absent()
    assert bench.device.startup_xml() == before
