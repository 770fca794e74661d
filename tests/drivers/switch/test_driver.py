"""The driver against switches in memory: what it changes, what it leaves alone, and how it fails."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest

from reconciler.model.address import Address, Endpoint
from reconciler.model.change import Change
from reconciler.model.errors import Locked, Outdated, Refused, Rejected, Unreachable
from reconciler.model.outcome import Done, Failed, Outcome
from reconciler.model.resource import Absent, Foreign, Observed, Present, Resource
from reconciler.resources.switch import Carried, EdgePort, SwitchSlice, Tunnel
from tests.drivers.fence import FENCE
from tests.drivers.switch.openconfig.memory import Fault, MemoryPool
from tests.drivers.switch.openconfig.simulator import SPECS, driver_on, tag

HOST = "sw-1.lille"
ENDPOINT = Endpoint("openconfig", HOST)
WHOLE = SPECS[1]


def resource(spec: SwitchSlice, experiment: str = "exp") -> Resource[SwitchSlice]:
    return Resource(Address("switch", experiment, HOST), ENDPOINT, spec)


class Bench:
    def __init__(self, **settings: object) -> None:
        self.pool = MemoryPool(**settings)  # type: ignore[arg-type]
        self.driver = driver_on(self.pool)
        self.device = self.pool.device(HOST)
        self.fence = FENCE

    def see(self, *specs: SwitchSlice, experiment: str = "exp") -> Observed[SwitchSlice]:
        wanted = [resource(spec, experiment) for spec in specs]
        return self.driver.observe(ENDPOINT, wanted, self.fence)[wanted[0].address]

    def go(self, before: SwitchSlice | None, after: SwitchSlice | None, experiment: str = "exp") -> Outcome:
        spec = after or before
        assert spec is not None
        step = self.driver.plan(Change(resource(spec, experiment), before, after))
        (outcome,) = self.driver.apply(ENDPOINT, [step], self.fence)
        return outcome

    def make(self, spec: SwitchSlice, experiment: str = "exp") -> SwitchSlice:
        """Create it, and return it as observed."""
        assert isinstance(self.go(None, spec, experiment), Done)
        return self.seen(spec, experiment)

    def seen(self, spec: SwitchSlice, experiment: str = "exp") -> SwitchSlice:
        seen = self.see(spec, experiment=experiment)
        assert seen == Present(spec)
        return seen.spec


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_what_was_asked_is_observed_and_saved(bench: Bench) -> None:
    outcome = bench.go(None, WHOLE)
    assert outcome == Done(resource(WHOLE).address, readback=Present(WHOLE))
    assert bench.see(WHOLE) == Present(WHOLE)
    assert bench.device.startup_xml() == bench.device.running_xml()


def test_a_slice_costs_one_edit_and_one_commit(bench: Bench) -> None:
    bench.make(WHOLE)
    counters = bench.device.counters
    assert (counters.edits, counters.commits, counters.confirms) == (1, 1, 1)


def test_observing_is_one_get_config_and_nothing_else(bench: Bench) -> None:
    bench.make(WHOLE)
    bench.device.reset_counters()
    bench.see(WHOLE)
    assert (bench.device.counters.rpcs, bench.device.counters.get_configs) == (1, 1)


def test_release_leaves_the_switch_as_it_was(bench: Bench) -> None:
    pristine = bench.device.port_states()
    seen = bench.make(WHOLE)
    assert bench.go(seen, None) == Done(resource(WHOLE).address, readback=Absent())
    assert bench.device.port_states() == pristine
    assert bench.see(WHOLE) == Absent()


def test_release_without_a_production_vlan_leaves_no_vlan_behind() -> None:
    bench = Bench(production=None)
    pristine = bench.device.port_states()
    spec = SwitchSlice(WHOLE.ports, WHOLE.carried, WHOLE.tunnels, None)
    assert isinstance(bench.go(bench.make(spec), None), Done)
    assert bench.device.port_states() == pristine


@pytest.mark.parametrize(("before", "after"), list(permutations(SPECS, 2)))
def test_any_slice_becomes_any_other(bench: Bench, before: SwitchSlice, after: SwitchSlice) -> None:
    seen = bench.make(before)
    assert isinstance(bench.go(seen, after), Done)
    assert bench.see(after, before) == Present(after)


def test_a_step_without_commands_is_refused_and_sends_nothing(bench: Bench) -> None:
    seen = bench.make(WHOLE)
    assert bench.driver.plan(Change(resource(WHOLE), seen, WHOLE)).commands == ()
    bench.device.reset_counters()
    outcome = bench.go(seen, WHOLE)
    assert isinstance(outcome, Failed) and isinstance(outcome.error, Refused) and not outcome.unsure
    assert bench.device.counters.rpcs == 0


def test_a_port_no_longer_wanted_is_seen_by_its_mark(bench: Bench) -> None:
    bench.make(SPECS[1])
    seen = bench.see(SPECS[2])
    assert isinstance(seen, Present)
    assert [edge.port for edge in seen.spec.ports] == ["e1", "e2"]
    assert isinstance(bench.go(seen.spec, SPECS[2]), Done)
    assert bench.see(SPECS[2], SPECS[1]) == Present(SPECS[2])


def test_a_port_moved_by_hand_is_drift_and_is_repaired(bench: Bench) -> None:
    bench.make(WHOLE)
    bench.device.move_port("e1", 705)
    seen = bench.see(WHOLE)
    assert isinstance(seen, Present)
    assert seen.spec != WHOLE
    assert isinstance(bench.go(seen.spec, WHOLE), Done)
    assert bench.see(WHOLE) == Present(WHOLE)


# -- what belongs to others -------------------------------------------------------------------------


def other(ids: tuple[int, ...], *ports: EdgePort) -> SwitchSlice:
    return SwitchSlice(ports, (Carried("up", ids),), (), 100)


def test_a_shared_trunk_keeps_the_vlans_of_others(bench: Bench) -> None:
    theirs = other((720, 721))
    bench.make(theirs, "theirs")
    seen = bench.make(WHOLE)
    assert isinstance(bench.go(seen, None), Done)
    assert bench.see(theirs, experiment="theirs") == Present(theirs)
    assert bench.see(WHOLE) == Absent()


def test_the_last_to_leave_a_shared_trunk_does_not_leave_it_open_for_all(bench: Bench) -> None:
    theirs = bench.make(other((720,)), "theirs")
    seen = bench.make(WHOLE)
    assert isinstance(bench.go(seen, None), Done)
    last = bench.see(theirs, experiment="theirs")
    assert isinstance(last, Present)
    assert isinstance(bench.go(last.spec, None, "theirs"), Done)
    assert (bench.device.port_states()["up"].untagged, bench.device.port_states()["up"].tagged) == (100, frozenset())


def test_a_trunk_that_others_joined_since_the_plan_is_not_taken_from_them(bench: Bench) -> None:
    seen = bench.make(WHOLE)  # alone on the trunk: the plan to leave parks it
    bench.make(other((720,)), "theirs")
    outcome = bench.go(seen, None)
    assert isinstance(outcome, Failed)
    assert "would lose the VLANs [720]" in str(outcome.error)
    assert not outcome.unsure
    assert bench.see(WHOLE) == Present(WHOLE)


def test_a_port_marked_by_another_owner_is_foreign_and_stays_untouched(bench: Bench) -> None:
    bench.make(SwitchSlice((EdgePort("e1", tag(1, "theirs"), access=730),), parked=100), "theirs")
    before = bench.device.running_xml()
    assert isinstance(bench.see(WHOLE), Foreign)
    outcome = bench.go(None, WHOLE)
    assert isinstance(outcome, Failed)
    assert isinstance(outcome.error, Refused)
    assert bench.device.running_xml() == before


def test_a_lock_held_by_another_is_waited_for_and_not_broken(bench: Bench) -> None:
    theirs = bench.pool.another(HOST)
    theirs.lock("running")
    outcome = bench.go(None, WHOLE)
    assert isinstance(outcome, Failed)
    assert isinstance(outcome.error, Locked)
    assert outcome.error.retryable
    assert not outcome.unsure
    assert theirs.alive
    theirs.unlock("running")
    assert isinstance(bench.go(None, WHOLE), Done)


def test_a_candidate_that_another_left_edited_is_not_discarded(bench: Bench) -> None:
    theirs = bench.pool.another(HOST)
    step = bench.driver.plan(Change(resource(other((720,)), "theirs"), None, other((720,))))
    theirs.edit(step.commands[0].element())
    outcome = bench.go(None, WHOLE)
    assert isinstance(outcome, Failed)
    assert isinstance(outcome.error, Locked)
    theirs.commit()
    assert bench.see(other((720,)), experiment="theirs") == Present(other((720,)))


# -- when things go wrong ---------------------------------------------------------------------------


def test_an_edit_that_the_switch_ignores_is_never_committed(bench: Bench) -> None:
    before = bench.device.running_xml()
    bench.pool.faults = [Fault("edit-config", kind="ignored")]
    outcome = bench.go(None, WHOLE)
    assert isinstance(outcome, Failed)
    assert isinstance(outcome.error, Rejected)
    assert not outcome.unsure
    assert bench.device.running_xml() == before
    assert bench.device.counters.commits == 0


def test_a_commit_that_does_nothing_is_found_out(bench: Bench) -> None:
    bench.pool.faults = [Fault("commit", kind="ignored")]
    outcome = bench.go(None, WHOLE)
    assert isinstance(outcome, Failed)
    assert bench.see(WHOLE) == Absent()


def test_what_could_not_be_saved_is_taken_back(bench: Bench) -> None:
    before = bench.device.running_xml()
    theirs = bench.pool.another(HOST)
    theirs.lock("startup")
    outcome = bench.go(None, WHOLE)
    assert isinstance(outcome, Failed)
    assert not outcome.unsure
    assert bench.device.running_xml() == before


@pytest.mark.parametrize("kind", ["lost", "silent"])
@pytest.mark.parametrize(
    ("operation", "count"),
    [("edit-config", 0), ("get-config", 1), ("commit", 0), ("get-config", 2), ("copy-config", 0), ("commit", 1)],
)
def test_a_lost_reply_is_an_unknown_outcome_and_the_next_pass_settles_it(
    bench: Bench, operation: str, count: int, kind: str
) -> None:
    bench.pool.faults = [Fault(operation, count, kind)]
    outcome = bench.go(None, WHOLE)
    assert isinstance(outcome, Failed)
    assert isinstance(outcome.error, Unreachable)
    assert outcome.unsure
    assert bench.pool.doubtful(HOST)
    seen = bench.see(WHOLE)
    assert seen == (Present(WHOLE) if (operation, count, kind) == ("commit", 1, "lost") else Absent())
    assert not bench.pool.doubtful(HOST)
    if seen == Absent():
        assert isinstance(bench.go(None, WHOLE), Done)


def test_after_an_unknown_outcome_nothing_is_observed_until_no_earlier_session_can_act(bench: Bench) -> None:
    lingering = bench.pool.another(HOST)
    lingering.lock("running")
    bench.pool.suspects[HOST] = set()
    with pytest.raises(Locked):
        bench.see(WHOLE)
    lingering.close()
    assert bench.see(WHOLE) == Absent()


@pytest.mark.parametrize("operation", ["lock", "discard-changes", "get-config"])
def test_a_reply_lost_before_the_edit_leaves_nothing_in_doubt(bench: Bench, operation: str) -> None:
    bench.pool.faults = [Fault(operation)]
    outcome = bench.go(None, WHOLE)
    assert isinstance(outcome, Failed)
    assert not outcome.unsure
    assert isinstance(bench.go(None, WHOLE), Done)


def test_a_lock_that_cannot_be_given_back_ends_the_session_and_not_the_work(bench: Bench) -> None:
    bench.pool.faults = [Fault("unlock", kind="silent")]
    assert isinstance(bench.go(None, WHOLE), Done)
    assert isinstance(bench.go(bench.seen(WHOLE), None), Done)


def test_a_switch_without_confirmed_commit_is_refused() -> None:
    bench = Bench(capabilities=frozenset({":candidate"}))
    outcome = bench.go(None, WHOLE)
    assert isinstance(outcome, Failed)
    assert isinstance(outcome.error, Refused)


def test_one_experiments_fault_does_not_take_back_anothers_ports(bench: Bench) -> None:
    good = other((720,), EdgePort("e3", tag(3, "theirs"), access=720))
    bad = SwitchSlice((EdgePort("no-such-port", tag(9), access=701),), parked=100)
    steps = [
        bench.driver.plan(Change(resource(bad), None, bad)),
        bench.driver.plan(Change(resource(good, "theirs"), None, good)),
    ]
    first, second = bench.driver.apply(ENDPOINT, steps, FENCE)
    assert isinstance(first, Failed)
    assert isinstance(second, Done)


def test_a_tunnel_that_was_tampered_with_is_seen_and_made_right(bench: Bench) -> None:
    bench.make(WHOLE)
    narrowed = SwitchSlice(WHOLE.ports, WHOLE.carried, (Tunnel("uni", 1000, (702,)),), 100)
    bench.go(WHOLE, narrowed)
    seen = bench.see(WHOLE)
    assert isinstance(seen, Present)
    assert seen.spec.tunnels == narrowed.tunnels
    assert isinstance(bench.go(seen.spec, WHOLE), Done)
    assert bench.see(WHOLE) == Present(WHOLE)


def test_a_change_planned_from_another_state_than_the_switchs_is_not_made(bench: Bench) -> None:
    seen = bench.make(WHOLE)
    smaller = SwitchSlice(seen.ports[:1], parked=seen.parked)
    bench.go(seen, smaller)
    edits = bench.device.counters.edits
    outcome = bench.go(seen, SwitchSlice(seen.ports, seen.carried, parked=seen.parked))
    assert isinstance(outcome, Failed) and isinstance(outcome.error, Outdated) and not outcome.unsure
    assert outcome.error.retryable and bench.device.counters.edits == edits
    assert bench.see(smaller) == Present(smaller)


def test_a_look_waits_for_a_lock_as_long_as_it_was_told(bench: Bench) -> None:
    waits: list[float] = []
    other = bench.pool.another(HOST)
    other.lock("candidate")

    def until_the_third(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            other.unlock("candidate")

    bench.driver = driver_on(bench.pool, patience_s=2.0, pause=until_the_third)
    bench.fence = replace(FENCE, barrier=True)
    assert bench.see(WHOLE) == Absent() and len(waits) == 3
    other.lock("candidate")
    with pytest.raises(Locked):
        bench.see(WHOLE)
    assert sum(waits[3:]) == 2.0
