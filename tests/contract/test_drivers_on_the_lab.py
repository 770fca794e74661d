"""The drivers that meet real nodes and deployers, through real connections, on the emulated testbed."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from reconciler.model.address import Address
from reconciler.model.change import Change
from reconciler.model.errors import Unreachable
from reconciler.model.outcome import Done, Failed, Waiting
from reconciler.model.resource import Absent, Foreign, Present, Resource, Unknown
from reconciler.resources.bridge import Bridge
from reconciler.resources.deployment import Deployment
from reconciler.resources.domain import Domain
from reconciler.resources.host import Host
from reconciler.resources.kinds import VERIFIED
from tests.contract.lab import HOST, NODE, SITE, Loop, lab_deployer, lab_host
from tests.drivers.fence import FENCE
from tests.drivers.host.xen.simulator import LARGER, PLAIN, SPECS, WITH_DISK

IMAGE = Resource(Address("host", "exp", "x1"), HOST, Host("/etc/grid5000/release", "debian-xen-1"))
BRIDGES = [Resource(Address("bridge", "exp", f"b{vid}"), HOST, Bridge(f"xbr{vid}", "eth1", vid)) for vid in (701, 702)]


@pytest.fixture
def loop() -> Iterator[Loop]:
    loop = Loop()
    yield loop
    loop.close()


def vm(spec: Domain) -> Resource[Domain]:
    return Resource(Address("domain", "exp", "web-0"), HOST, spec)


def see(driver: Any, *resources: Resource[Any]) -> list[Any]:
    states = driver.observe(resources[0].endpoint, resources, FENCE)
    return [states[each.address] for each in resources]


def change(driver: Any, *changes: tuple[Resource[Any], Any, Any]) -> list[Any]:
    steps = [driver.plan(Change(*each)) for each in changes]
    return list(driver.apply(changes[0][0].endpoint, steps, FENCE))


def create(driver: Any, *resources: Resource[Any]) -> list[Any]:
    return change(driver, *((each, None, each.spec) for each in resources))


def bring_about(driver: Any, resource: Resource[Any], before: Any, after: Any) -> None:
    """One change; what is accepted and not in effect yet is looked at again."""
    (outcome,) = change(driver, (resource, before, after))
    wanted = Absent() if after is None else Present(after)
    ends = time.monotonic() + 5
    while isinstance(outcome, Waiting) and see(driver, resource) != [wanted]:
        assert time.monotonic() < ends, outcome
        time.sleep(0.05)
    assert not isinstance(outcome, Failed), outcome
    assert see(driver, resource) == [wanted]


@pytest.mark.parametrize("kind", [kind for kind in SPECS if kind not in VERIFIED])
def test_a_host_is_led_through_all_states_and_back(kind: str, loop: Loop, tmp_path: Path) -> None:
    with lab_host(loop, tmp_path) as (driver, _):
        create(driver, *BRIDGES)
        states = (None, *SPECS[kind])
        for before, after in pairwise((*states, *reversed(states[:-1]))):
            bring_about(driver, Resource(Address(kind, "exp", "web-0"), HOST, after or before), before, after)


def test_one_exec_to_look_and_one_to_act_over_one_session(loop: Loop, tmp_path: Path) -> None:
    with lab_host(loop, tmp_path) as (driver, host):
        resources = [IMAGE, *BRIDGES, vm(PLAIN)]
        assert see(driver, *resources) == [Present(IMAGE.spec), Absent(), Absent(), Absent()]
        outcomes = create(driver, vm(PLAIN), *BRIDGES)
        assert [type(outcome) for outcome in outcomes] == [Done, Done, Done]
        assert see(driver, *resources) == [Present(each.spec) for each in resources]
        counters = loop.call(lambda: host.counters)
        assert (counters.sessions, counters.execs) == (1, 3)
        writes = counters.mutating
        see(driver, *resources)
        assert loop.call(lambda: host.counters).mutating == writes


@pytest.mark.parametrize("spec", [PLAIN, WITH_DISK])
def test_nothing_is_left_of_a_domain_that_was(spec: Domain, loop: Loop, tmp_path: Path) -> None:
    with lab_host(loop, tmp_path) as (driver, host):
        empty = loop.call(host.dump)
        create(driver, *BRIDGES, vm(spec))
        change(driver, (vm(spec), spec, None), *((each, each.spec, None) for each in BRIDGES))
        assert see(driver, vm(spec), *BRIDGES) == [Absent()] * 3
        for trace in ("exp-web-0", "xbr701", "eth1.701"):
            assert trace in empty or trace not in loop.call(host.dump)


@pytest.mark.parametrize("fault", ["garbage", "truncate", "partial-list"])
def test_a_host_that_answers_nonsense_about_domains_leaves_them_unknown(fault: str, loop: Loop, tmp_path: Path) -> None:
    with lab_host(loop, tmp_path) as (driver, host):
        create(driver, *BRIDGES, vm(PLAIN))
        loop.call(lambda: host.break_(fault))
        (state,) = see(driver, vm(PLAIN))
        assert isinstance(state, Unknown), state


def test_a_zombie_is_unknown_and_a_namesake_is_foreign(loop: Loop, tmp_path: Path) -> None:
    with lab_host(loop, tmp_path) as (driver, host):
        create(driver, *BRIDGES, vm(PLAIN))
        other = vm(
            Domain(**{name: getattr(PLAIN, name) for name in PLAIN.__slots__} | {"uuid": "0" * 8 + PLAIN.uuid[8:]})
        )
        assert isinstance(see(driver, other)[0], Foreign)
        loop.call(lambda: host.break_("zombie", "exp-web-0"))
        assert isinstance(see(driver, vm(PLAIN))[0], Unknown)


def test_an_answer_that_is_lost_leaves_the_outcome_open_and_the_next_look_tells(loop: Loop, tmp_path: Path) -> None:
    with lab_host(loop, tmp_path) as (driver, host):
        create(driver, *BRIDGES)
        loop.call(lambda: host.break_("drop-reply", count=1))
        (outcome,) = create(driver, vm(PLAIN))
        assert isinstance(outcome, Failed) and outcome.unsure
        assert see(driver, vm(PLAIN)) == [Present(PLAIN)]


@pytest.mark.parametrize("fault", ["crash-domain", "kill-domain"])
def test_a_domain_that_ended_by_itself_is_seen_as_such_and_made_anew(fault: str, loop: Loop, tmp_path: Path) -> None:
    with lab_host(loop, tmp_path) as (driver, host):
        create(driver, *BRIDGES, vm(LARGER))
        loop.call(lambda: host.break_(fault, "exp-web-0"))
        (state,) = see(driver, vm(LARGER))
        assert state != Present(LARGER) and isinstance(state, (Present, Absent))
        bring_about(driver, vm(LARGER), state.spec if isinstance(state, Present) else None, LARGER)


def test_a_host_that_is_offline_did_nothing_and_one_that_is_back_is_found_again(loop: Loop, tmp_path: Path) -> None:
    with lab_host(loop, tmp_path) as (driver, host):
        create(driver, *BRIDGES)
        loop.call(lambda: host.break_("offline"))
        (outcome,) = create(driver, vm(PLAIN))
        assert isinstance(outcome, Failed) and not outcome.unsure
        with pytest.raises(Unreachable):
            see(driver, vm(PLAIN))
        loop.call(host.mend)
        assert see(driver, vm(PLAIN)) == [Absent()]


def test_a_full_disk_makes_no_domain_and_leaves_none_half_made(loop: Loop, tmp_path: Path) -> None:
    with lab_host(loop, tmp_path) as (driver, host):
        create(driver, *BRIDGES)
        loop.call(lambda: host.break_("disk-full"))
        (outcome,) = create(driver, vm(WITH_DISK))
        assert isinstance(outcome, Failed)
        loop.call(host.mend)
        assert see(driver, vm(WITH_DISK)) == [Absent()]


def deployment(environment: str) -> Resource[Deployment]:
    return Resource(Address("deployment", "exp", "chicon-1"), SITE, Deployment(NODE, environment, 1, "root"))


def test_a_node_is_led_from_image_to_image_by_one_request_each(loop: Loop) -> None:
    with lab_deployer(loop) as (driver, deployer):
        before = None
        for name in ("debian-xen", "debian-min", "debian-xen"):
            bring_about(driver, deployment(name), before, deployment(name).spec)
            before = deployment(name).spec
        assert loop.call(lambda: deployer.counters).deployments == 3


def test_an_image_the_server_does_not_know_is_refused_in_its_words(loop: Loop) -> None:
    with lab_deployer(loop) as (driver, _):
        (outcome,) = create(driver, deployment("absent"))
        assert isinstance(outcome, Failed) and not outcome.unsure
        assert "Kadeploy error 7" in str(outcome.error)
        assert see(driver, deployment("absent")) == [Absent()]


def test_a_node_that_fails_names_its_step(loop: Loop) -> None:
    with lab_deployer(loop) as (driver, deployer):
        loop.call(lambda: deployer.break_("fail-node", NODE, "wait_reboot"))
        (outcome,) = create(driver, deployment("debian-xen"))
        assert isinstance(outcome, Failed) and not outcome.unsure
        assert "wait_reboot" in str(outcome.error)


def test_a_server_that_forgets_its_workflows_is_not_asked_twice(loop: Loop) -> None:
    with lab_deployer(loop) as (driver, deployer):
        outcomes = driver.apply(
            SITE, [driver.plan(Change(deployment("debian-xen"), None, deployment("debian-xen").spec))], FENCE
        )
        waker = threading.Timer(0.15, lambda: loop.call(lambda: deployer.break_("forget-workflows")))
        waker.start()
        outcome = next(outcomes)
        waker.join()
        assert isinstance(outcome, (Done, Failed, Waiting))
        assert loop.call(lambda: deployer.counters).deployments == 1
