from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from reconciler.engine.effects import Finished, PassPlanned
from reconciler.engine.view import Resources, View
from reconciler.loop.converge import converge, survey
from reconciler.model.address import Address, Endpoint
from reconciler.model.desired import Desired
from reconciler.model.resource import Resource
from reconciler.resources.deployment import Deployment
from reconciler.resources.domain import Domain, Nic
from reconciler.resources.host import Host
from reconciler.store.store import Store
from tests.loop.fleet import EXPERIMENT, Fleet, make_session, make_store


def domain(name: str, memory_mib: int = 256, host: str = "h1", needs: frozenset[Address] = frozenset()) -> Resource:
    spec = Domain(f"exp-{name}", f"uuid-{name}", "/k", "", "", memory_mib, 1, (Nic("00:16:3e:00:00:01", "br"),))
    return Resource(Address("domain", EXPERIMENT, name), Endpoint("fleet", host), spec, needs)


def wanting(*resources: Resource) -> Resources:
    return {resource.address: resource for resource in resources}


def run(store: Store, fleet: Fleet, desired: Resources, pool: ThreadPoolExecutor) -> Finished:
    return list(converge(make_session(store, fleet, pool), lambda allocations: Desired(desired)))[-1]


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as made:
        yield made


@st.composite
def desires(draw: st.DrawFn) -> Resources:
    found: Resources = {}
    for name in draw(st.lists(st.sampled_from("abcd"), unique=True)):
        needs = frozenset(address for address in found if draw(st.booleans()))
        memory, host = draw(st.sampled_from([256, 512])), draw(st.sampled_from(["h1", "h2"]))
        found |= wanting(domain(name, memory, host, needs))
    return found


def closure(address: Address, desired: Resources) -> set[Address]:
    needs = set(desired[address].needs)
    return needs.union(*(closure(need, desired) for need in needs))


def knotted(history: list[Resources]) -> bool:
    """Whether a thing moves that its user before is to reach through another: then neither may go first."""
    last = history[-1]
    return any(
        last[need].endpoint != earlier[need].endpoint
        for earlier in history[:-1]
        for user, was in earlier.items()
        for need in was.needs & last.keys()
        if user in last and any(need in closure(other, last) for other in last[user].needs)
    )


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(desires(), min_size=1, max_size=4), st.integers(0, 6), st.booleans())
def test_whatever_was_asked_before_the_fleet_ends_as_asked_last(
    history: list[Resources], budget: int, lose_replies: bool
) -> None:
    assume(not knotted(history))
    with ThreadPoolExecutor(2) as pool:
        store, fleet = make_store(), Fleet(budget=budget, lose_replies=lose_replies)
        for desired in history[:-1]:
            run(store, fleet, desired, pool)
        fleet.budget = 10**9
        finished = run(store, fleet, history[-1], pool)
        store.close()
    assert finished.converged
    assert fleet.cells == {(r.endpoint, a): r.spec for a, r in history[-1].items()}


def test_what_only_taking_down_its_user_would_move_is_left_and_said(pool: ThreadPoolExecutor) -> None:
    """`b` uses `c`; now `c` is to move, `d` to need it, and `b` to need `d` instead: each waits for the next."""
    store, fleet = make_store(), Fleet()
    c, d = domain("c", host="h2"), domain("d")
    before = wanting(c, domain("b", 256, "h2", frozenset({c.address})))
    moved = domain("c")
    after = wanting(moved, domain("d", needs=frozenset({c.address})), domain("b", 512, "h2", frozenset({d.address})))
    assert knotted([before, after])
    assert run(store, fleet, before, pool).converged
    writes = list(fleet.writes)
    finished = run(store, fleet, after, pool)
    assert not finished.converged and fleet.writes == writes
    assert finished.decision.plan.waiting.keys() == after.keys()


def test_a_second_run_writes_nothing(pool: ThreadPoolExecutor) -> None:
    store, fleet = make_store(), Fleet()
    desired = wanting(domain("a"), domain("b", host="h2"))
    assert run(store, fleet, desired, pool).converged
    fleet.writes.clear()
    finished = run(store, fleet, desired, pool)
    assert finished.converged and finished.changed_count == 0 and fleet.writes == []


def test_a_converged_run_looks_once_at_each_device(pool: ThreadPoolExecutor) -> None:
    store, fleet = make_store(), Fleet()
    desired = wanting(domain("a"), domain("b"), domain("c", host="h2"))
    run(store, fleet, desired, pool)
    fleet.looks.clear()
    run(store, fleet, desired, pool)
    assert sorted(fleet.looks) == [Endpoint("fleet", "h1"), Endpoint("fleet", "h2")]


def test_a_host_that_does_not_answer_is_neither_changed_nor_called_converged(pool: ThreadPoolExecutor) -> None:
    store, fleet = make_store(), Fleet(deaf={Endpoint("fleet", "h1")})
    finished = run(store, fleet, wanting(domain("a"), domain("b", host="h2")), pool)
    assert not finished.converged
    assert fleet.writes == ["put domain/exp/b"]
    assert list(finished.decision.plan.unknown) == [Address("domain", EXPERIMENT, "a")]


def test_what_a_lost_host_holds_is_not_released(pool: ThreadPoolExecutor) -> None:
    store, fleet = make_store(), Fleet()
    lease = domain("lease", host="allocations")
    guest = domain("guest", needs=frozenset({lease.address}))
    run(store, fleet, wanting(lease, guest), pool)
    fleet.deaf.add(guest.endpoint)
    finished = run(store, fleet, {}, pool)
    assert not finished.converged
    assert (lease.endpoint, lease.address) in fleet.cells
    assert "still used by" in finished.decision.plan.waiting[lease.address]
    fleet.deaf.clear()
    assert run(store, fleet, {}, pool).converged
    assert fleet.cells == {}


def test_a_step_that_is_refused_holds_back_its_dependants_only(pool: ThreadPoolExecutor) -> None:
    store, fleet = make_store(), Fleet()
    far, near = domain("far", host="h2"), domain("near")
    child = domain("child", needs=frozenset({far.address}))
    fleet.refusing.add(far.address)
    finished = run(store, fleet, wanting(far, near, child), pool)
    assert fleet.writes == ["put domain/exp/near"]
    assert finished.failed == {far.address: "no"}


def test_planning_writes_nothing(pool: ThreadPoolExecutor) -> None:
    store, fleet = make_store(), Fleet()
    decision = survey(make_session(store, fleet, pool), lambda allocations: Desired(wanting(domain("a"))))
    assert list(decision.plan.steps) == [Address("domain", EXPERIMENT, "a")]
    assert store.allocations(EXPERIMENT).recorded == {} and fleet.cells == {}


def test_a_namesake_that_is_not_recorded_is_left_alone(pool: ThreadPoolExecutor) -> None:
    store, fleet = make_store(), Fleet()
    ours = domain("a")
    fleet.cells[ours.endpoint, ours.address] = domain("a", 999).spec
    finished = run(store, fleet, wanting(ours), pool)
    assert not finished.converged and fleet.writes == []
    assert "not managed by this experiment" in finished.decision.plan.foreign[ours.address]


def test_destroy_follows_the_needs_that_were_recorded_last(pool: ThreadPoolExecutor) -> None:
    store, fleet = make_store(), Fleet()
    first = wanting(domain("a"), domain("b", needs=frozenset({domain("a").address})))
    second = wanting(domain("b"), domain("a", needs=frozenset({domain("b").address})))
    run(store, fleet, first, pool)
    run(store, fleet, second, pool)
    fleet.writes.clear()
    run(store, fleet, {}, pool)
    assert fleet.writes == ["drop domain/exp/a", "drop domain/exp/b"]


def test_when_a_node_is_imaged_anew_what_it_carried_is_made_again(pool: ThreadPoolExecutor) -> None:
    store, fleet = make_store(), Fleet()

    def wanted(version: int) -> Resources:
        image = Resource(
            Address("deployment", EXPERIMENT, "h1"),
            Endpoint("fleet", "deployer"),
            Deployment("h1.site", "debian-xen", version, "root"),
        )
        needs = frozenset({image.address})
        spec = domain("a").spec
        guest = Resource(Address("domain", EXPERIMENT, "a"), Endpoint("fleet", "h1"), spec, needs, image.address)
        return wanting(image, guest)

    run(store, fleet, wanted(1), pool)
    fleet.writes.clear()
    assert run(store, fleet, wanted(2), pool).converged
    assert fleet.writes == ["put deployment/exp/h1", "put domain/exp/a"]


def test_an_image_swapped_by_hand_is_put_back(pool: ThreadPoolExecutor) -> None:
    store, fleet = make_store(), Fleet()
    image = Resource(
        Address("deployment", EXPERIMENT, "h1"), Endpoint("fleet", "deployer"), Deployment("h1", "xen", 1, "root")
    )
    host = Resource(
        Address("host", EXPERIMENT, "h1"),
        Endpoint("fleet", "h1"),
        Host("/etc/release", "xen-1"),
        frozenset({image.address}),
        image.address,
    )
    run(store, fleet, wanting(image, host), pool)
    fleet.cells[host.endpoint, host.address] = Host("/etc/release", "other-7")
    fleet.writes.clear()
    assert run(store, fleet, wanting(image, host), pool).converged
    assert fleet.writes == ["put deployment/exp/h1", "put host/exp/h1"]


def test_a_run_gives_up_on_what_something_else_keeps_changing(pool: ThreadPoolExecutor) -> None:
    class Fighting(Fleet):
        def observe(self, endpoint, wanted, fence):  # type: ignore[no-untyped-def]
            self.cells.clear()
            return super().observe(endpoint, wanted, fence)

    store, fleet = make_store(), Fighting()
    finished = run(store, fleet, wanting(domain("a")), pool)
    assert not finished.converged and len(fleet.writes) == 4
    assert "something else changes it" in finished.failed[Address("domain", EXPERIMENT, "a")]


def test_needs_that_swap_while_one_moves_do_not_block_a_destroy(pool: ThreadPoolExecutor) -> None:
    store, fleet = make_store(), Fleet()
    b, c = domain("b"), domain("c", host="h2", needs=frozenset({domain("b").address}))
    run(store, fleet, wanting(b, c), pool)
    fleet.deaf.add(c.endpoint)
    run(store, fleet, wanting(domain("c"), domain("b", needs=frozenset({c.address}))), pool)
    fleet.deaf.clear()
    assert run(store, fleet, {}, pool).converged
    assert fleet.cells == {}


def test_what_needs_a_moving_resource_waits_for_it(pool: ThreadPoolExecutor) -> None:
    store, fleet = make_store(), Fleet()
    run(store, fleet, wanting(domain("c", host="h2")), pool)
    fleet.writes.clear()
    moved = domain("c")
    assert run(store, fleet, wanting(moved, domain("b", needs=frozenset({moved.address}))), pool).converged
    assert fleet.writes == ["drop domain/exp/c", "put domain/exp/c", "put domain/exp/b"]


def test_nothing_is_started_behind_a_switch_that_does_not_answer(pool: ThreadPoolExecutor) -> None:
    store, fleet = make_store(), Fleet(deaf={Endpoint("fleet", "switch")})
    port = domain("port", host="switch")
    finished = run(store, fleet, wanting(port, domain("guest", needs=frozenset({port.address}))), pool)
    assert fleet.writes == []
    assert "domain/exp/port" in finished.decision.plan.waiting[Address("domain", EXPERIMENT, "guest")]


def test_a_verified_node_is_let_go_without_a_step(pool: ThreadPoolExecutor) -> None:
    store, fleet = make_store(), Fleet()
    host = Resource(Address("host", EXPERIMENT, "h1"), Endpoint("fleet", "h1"), Host("/etc/release", "xen-1"))
    run(store, fleet, wanting(host), pool)
    fleet.deaf.add(host.endpoint)
    fleet.writes.clear()
    assert run(store, fleet, {}, pool).converged
    assert fleet.writes == [] and store.allocations(EXPERIMENT).recorded == {}


def test_what_was_seen_a_moment_ago_is_not_asked_again(pool: ThreadPoolExecutor) -> None:
    store, fleet, view = make_store(), Fleet(), View()
    desired = wanting(domain("a"))
    session = make_session(store, fleet, pool)
    plan = survey(session, lambda allocations: Desired(desired), view).plan
    fleet.looks.clear()
    first = next(iter(converge(session, lambda allocations: Desired(desired), plan, view=view)))
    assert isinstance(first, PassPlanned) and list(first.decision.plan.steps) == list(plan.steps)
    assert fleet.looks == []
