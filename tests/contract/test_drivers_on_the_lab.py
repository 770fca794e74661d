"""The drivers that meet real nodes and deployers, through real connections, on the emulated testbed."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import asyncssh
import pytest

from reconciler.drivers.kadeploy.deployer import Deployer
from reconciler.drivers.kadeploy.driver import KadeployDriver
from reconciler.drivers.xen.driver import XenDriver
from reconciler.lab.deployer.deployer import LabDeployer
from reconciler.lab.deployer.environment import make_environment
from reconciler.lab.deployer.server import serve as serve_deployer
from reconciler.lab.host.host import LabHost
from reconciler.lab.host.image import make_image
from reconciler.lab.host.server import serve as serve_host
from reconciler.model.address import Address, Endpoint
from reconciler.model.change import Change
from reconciler.model.errors import Unreachable
from reconciler.model.outcome import Done, Failed, Waiting
from reconciler.model.resource import Absent, Foreign, Present, Resource, Unknown
from reconciler.resources.deployment import Deployment
from reconciler.resources.domain import Bridge, Domain, Host
from reconciler.transport.contact import Contact
from reconciler.transport.http import HttpClient
from reconciler.transport.ssh import SshPool
from tests.drivers.fence import FENCE
from tests.drivers.xen.simulator import LARGER, PLAIN, SPECS, WITH_DISK

HOST = Endpoint("xen", "x1.lille")
SITE = Endpoint("kadeploy", "lille")
NODE = "chicon-1.lille.grid5000.fr"
IMAGE = Resource(Address("host", "exp", "x1"), HOST, Host("/etc/grid5000/release", "debian-xen-1"))
BRIDGES = [Resource(Address("bridge", "exp", f"b{vid}"), HOST, Bridge(f"xbr{vid}", "eth1", vid)) for vid in (701, 702)]

T = TypeVar("T")


class Loop:
    """An event loop in a thread of its own, for the servers."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, make: Callable[[], Awaitable[T]]) -> T:
        async def later() -> T:
            return await make()

        return asyncio.run_coroutine_threadsafe(later(), self._loop).result(20)

    def call(self, work: Callable[[], T]) -> T:
        async def later() -> T:
            return work()

        return self.run(later)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()


@pytest.fixture
def loop() -> Iterator[Loop]:
    loop = Loop()
    yield loop
    loop.close()


@contextmanager
def lab_host(loop: Loop, folder: Path, **settings: Any) -> Iterator[tuple[XenDriver, LabHost]]:
    client, key = asyncssh.generate_private_key("ssh-ed25519"), asyncssh.generate_private_key("ssh-ed25519")
    client.write_private_key(str(folder / "id"))
    authorized = asyncssh.import_authorized_keys(client.export_public_key().decode())
    nics = (("eth0", "52:54:00:77:01:01", None), ("eth1", "52:54:00:77:02:01", None))
    image = make_image("debian-xen", 1, xen=True)
    made = LabHost("x1", memory_mib=4096, cores=4, hvm=False, interfaces=nics, image=image, **{"pace": 0.0, **settings})
    server = loop.run(lambda: serve_host(made, "127.0.0.1", 0, key, authorized))
    public = key.export_public_key().decode().strip()
    contact = Contact("127.0.0.1", server.get_port(), "root", public, str(folder / "id"))
    pool = SshPool({HOST.host: contact})
    try:
        yield XenDriver(pool), made
    finally:
        pool.close()
        loop.call(server.close)
        loop.run(server.wait_closed)


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


@pytest.mark.parametrize("kind", SPECS)
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


@contextmanager
def lab_deployer(loop: Loop) -> Iterator[tuple[KadeployDriver, LabDeployer]]:
    environments = [make_environment("debian-xen", 1, xen=True), make_environment("debian-min", 1, xen=False)]
    made = LabDeployer("lille", {"chicon": (NODE,)}, environments, pace=0.02, granted=("root",))
    server = loop.run(lambda: serve_deployer(made, "127.0.0.1", 0))
    http = HttpClient()
    url = f"http://127.0.0.1:{server.port}"
    try:
        yield KadeployDriver({SITE.host: Deployer(url)}, http, patience_s=10), made
    finally:
        http.close()
        loop.call(made.forget)
        loop.call(server.close)
        loop.run(server.wait_closed)


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
