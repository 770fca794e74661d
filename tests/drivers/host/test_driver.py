"""One exec to look, one to act; and what is concluded when the host answers half, late or not at all."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reconciler.drivers.host.driver import HostDriver
from reconciler.drivers.host.xen.hypervisor import XEN
from reconciler.model.address import Address, Endpoint
from reconciler.model.change import Change
from reconciler.model.errors import Refused, Rejected, Unreachable, Unreadable
from reconciler.model.outcome import Done, Failed, Waiting
from reconciler.model.plan import Step
from reconciler.model.resource import Absent, Foreign, Present, Resource, Unknown
from reconciler.resources.bridge import Bridge
from reconciler.resources.domain import Domain, Nic
from reconciler.resources.host import Host
from reconciler.transport.errors import Interrupted
from reconciler.transport.ssh import Reply
from tests.drivers.fence import FENCE
from tests.drivers.host.xen.dom0 import Dom0
from tests.drivers.host.xen.simulator import DISK, LARGER, PLAIN, WITH_DISK, ready_dom0

HOST = Endpoint("xen", "griffon-1.nancy")
IMAGE = Resource(Address("host", "exp", "griffon-1"), HOST, Host("/etc/grid5000/release", "debian-xen-1"))
LAN = Resource(Address("bridge", "exp", "lan"), HOST, Bridge("xbr701", "eth1", 701))


def vm(spec: Domain = PLAIN, number: int = 0) -> Resource[Domain]:
    if number:
        nics = (Nic(f"00:16:3e:88:10:{number:02x}", "xbr701"),)
        uuid = f"00000000-0000-5000-8000-{number:012d}"
        spec = replace(spec, name=f"exp-web-{number}", uuid=uuid, nics=nics)
    return Resource(Address("domain", "exp", f"web-{number}"), HOST, spec)


def apply(dom0: Any, *changes: tuple[Resource[Any], Any, Any]) -> list[Any]:
    driver = HostDriver(dom0, XEN)
    return list(driver.apply(HOST, [driver.plan(Change(*change)) for change in changes], FENCE))


def create(dom0: Any, *resources: Resource[Any]) -> list[Any]:
    return apply(dom0, *((resource, None, resource.spec) for resource in resources))


def see(dom0: Any, *resources: Resource[Any]) -> list[Any]:
    states = HostDriver(dom0, XEN).observe(HOST, resources, FENCE)
    return [states[resource.address] for resource in resources]


class Silent:
    """A transport that fails."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def run(self, host: str, script: str, *, deadline_s: float) -> Reply:
        raise self.error


def test_one_exec_shows_the_image_the_bridges_and_all_domains() -> None:
    dom0 = ready_dom0()
    assert see(dom0, IMAGE, LAN, vm(), vm(number=7)) == [Present(IMAGE.spec), Present(LAN.spec), Absent(), Absent()]
    assert len(dom0.scripts) == 1
    assert dom0.mutations == []


def test_thirty_steps_take_one_exec_and_come_back_with_what_the_host_says_then() -> None:
    dom0 = ready_dom0()
    resources = [vm(number=number) for number in range(1, 16)]
    assert create(dom0, *resources) == [Done(each.address, Present(each.spec)) for each in resources]
    assert len(dom0.scripts) == 1


def test_bridges_are_made_first_and_removed_last() -> None:
    dom0 = Dom0()
    outcomes = create(dom0, vm(), LAN)
    assert outcomes == [Done(LAN.address, Present(LAN.spec)), Done(vm().address, Present(PLAIN))]
    outcomes = apply(dom0, (LAN, LAN.spec, None), (vm(), PLAIN, None))
    assert outcomes == [Done(vm().address, Absent()), Done(LAN.address, Absent())]
    assert set(dom0.ip.links) == {"lo", "eth0", "eth1"}


def test_domains_end_before_others_begin_so_that_their_memory_is_free() -> None:
    dom0 = ready_dom0()
    large = replace(PLAIN, memory_mib=4096)
    create(dom0, vm(large))
    outcomes = apply(dom0, (vm(number=1), None, vm(number=1).spec), (vm(large), large, None))
    assert all(isinstance(outcome, Done) for outcome in outcomes)


def test_a_bridge_that_cannot_be_made_ends_the_script_before_any_domain() -> None:
    dom0 = Dom0()
    bad = replace(LAN, spec=Bridge("xbr701", "eth9", 701))
    bridge, domain = create(dom0, bad, vm())
    assert isinstance(bridge, Failed) and bridge.unsure
    assert "eth9" in str(bridge.error)
    assert isinstance(domain, Failed) and not domain.unsure
    assert dom0.xl.domains == {}


@pytest.mark.parametrize(
    ("spec", "reason"),
    [
        (replace(PLAIN, nics=(Nic("00:16:3e:88:10:01", "xbr999"),)), "Could not find bridge device xbr999"),
        (replace(PLAIN, kernel="/boot/none"), "failed to open file '/boot/none'"),
        (replace(PLAIN, memory_mib=100_000), "Cannot allocate memory"),
        (replace(WITH_DISK, base_disk="/grid5000/images/none"), "cannot stat '/grid5000/images/none'"),
    ],
)
def test_a_domain_that_is_not_there_afterwards_has_failed_with_the_words_of_the_host(spec: Domain, reason: str) -> None:
    dom0 = ready_dom0()
    (outcome,) = create(dom0, vm(spec))
    assert isinstance(outcome, Failed) and isinstance(outcome.error, Rejected)
    assert reason in str(outcome.error)
    assert HOST.host in str(outcome.error)
    left = [path for path in dom0.files if path.startswith(("/run/reconciler/", "/var/lib/reconciler/"))]
    assert left == ["/var/lib/reconciler/fence"]


def test_one_failure_does_not_stop_the_others() -> None:
    dom0 = ready_dom0()
    outcomes = create(dom0, vm(number=1), vm(replace(PLAIN, kernel="/boot/none"), 2), vm(number=3))
    assert [type(outcome) for outcome in outcomes] == [Done, Failed, Done]


def test_memory_that_the_guest_has_not_given_back_yet_is_waited_for() -> None:
    dom0 = ready_dom0()
    create(dom0, vm(LARGER))
    dom0.xl.domains["exp-web-0"]["stubborn"] = True
    (outcome,) = apply(dom0, (vm(), LARGER, PLAIN))
    assert isinstance(outcome, Waiting)


def test_a_domain_under_our_name_that_is_not_ours_is_foreign_and_stays() -> None:
    dom0 = ready_dom0()
    create(dom0, vm())
    other = vm(replace(PLAIN, uuid="11111111-0000-5000-8000-000000000001"))
    (state,) = see(dom0, other)
    assert isinstance(state, Foreign)
    (outcome,) = create(dom0, other)
    assert isinstance(outcome, Failed)
    assert dom0.xl.domains["exp-web-0"]["uuid"] == PLAIN.uuid


def test_a_disk_is_not_copied_over_that_of_a_domain_which_has_appeared() -> None:
    dom0 = ready_dom0()
    create(dom0, vm(WITH_DISK))
    dom0.files[DISK] = "precious"
    (outcome,) = create(dom0, vm(WITH_DISK))
    assert isinstance(outcome, Failed) and outcome.unsure
    assert "appeared" in str(outcome.error)
    assert dom0.files[DISK] == "precious"


def test_a_zombie_that_was_ours_is_unknown_and_others_are_not() -> None:
    dom0 = ready_dom0()
    create(dom0, vm(), vm(number=1))
    zombie = dom0.xl.domains.pop("exp-web-0")
    dom0.xl.zombies.append({**zombie, "name": "(null)", "state": "--ps-d", "memory": 0})
    first, second, third = see(dom0, vm(), vm(number=1), vm(number=2))
    assert isinstance(first, Unknown) and first.retry_in_s
    assert second == Present(vm(number=1).spec)
    assert third == Absent()


def test_two_domains_of_one_uuid_are_unknown() -> None:
    dom0 = ready_dom0()
    create(dom0, vm())
    dom0.xl.domains["copy"] = {**dom0.xl.domains["exp-web-0"], "name": "copy", "id": 9}
    (state,) = see(dom0, vm())
    assert isinstance(state, Unknown)
    assert "copy" in state.reason


def test_an_image_without_xen_tells_its_fingerprint_and_nothing_of_domains() -> None:
    dom0 = ready_dom0()
    dom0.files["/etc/grid5000/release"] = "production-1\n"
    dom0._do_xl = None
    image, bridge, domain = see(dom0, IMAGE, LAN, vm())
    assert image == Present(replace(IMAGE.spec, fingerprint="production-1"))
    assert bridge == Present(LAN.spec)
    assert isinstance(domain, Unknown) and "127" in domain.reason


def test_an_image_without_the_file_is_present_and_not_the_one_we_want() -> None:
    dom0 = Dom0()
    del dom0.files["/etc/grid5000/release"]
    assert see(dom0, IMAGE) == [Present(replace(IMAGE.spec, fingerprint=""))]


@pytest.mark.parametrize("attribute", ["table_prefix", "details_prefix"])
def test_a_warning_in_front_of_a_listing_makes_domains_unknown_and_not_absent(attribute: str) -> None:
    dom0 = ready_dom0()
    setattr(dom0.xl, attribute, "libxl: warning: something\n")
    (state,) = see(dom0, vm())
    assert isinstance(state, Unknown)


def test_a_cut_listing_after_the_work_leaves_the_outcome_open() -> None:
    dom0 = ready_dom0()
    dom0.xl.cut_details = 40
    (outcome,) = create(dom0, vm())
    assert isinstance(outcome, Failed) and outcome.unsure


@pytest.mark.parametrize("lost", [1, 5, 60, 900])
def test_an_answer_without_its_end_is_unreadable_and_leaves_all_steps_open(lost: int) -> None:
    dom0 = ready_dom0()
    dom0.cut_output = lost
    outcomes = create(dom0, vm(), vm(number=1))
    assert all(isinstance(outcome, Failed) and outcome.unsure for outcome in outcomes) or lost == 1
    if lost > 1:
        with pytest.raises(Unreadable):
            see(dom0, vm())


def test_a_host_that_was_not_reached_did_nothing() -> None:
    outcomes = create(Silent(Unreachable("refused")), vm(), vm(number=1))
    assert [(outcome.unsure, outcome.error.retryable) for outcome in outcomes] == [(False, True)] * 2


def test_a_link_that_broke_under_way_leaves_all_steps_open() -> None:
    (outcome,) = create(Silent(Interrupted("cut")), vm())
    assert outcome.unsure


def test_a_lock_held_by_another_run_is_waited_for_and_then_reported() -> None:
    class Held:
        def run(self, host: str, script: str, *, deadline_s: float) -> Reply:
            assert deadline_s > 60
            return Reply("", 75, "")

    with pytest.raises(Unreachable, match="another run"):
        see(Held(), vm())
    (outcome,) = create(Held(), vm())
    assert isinstance(outcome, Failed) and not outcome.unsure and outcome.error.retryable


def test_foreign_words_of_a_host_are_printable_in_an_error() -> None:
    class Hostile:
        def run(self, host: str, script: str, *, deadline_s: float) -> Reply:
            return Reply("", 2, "\x1b]52;c;evil\x07 sh: error\n")

    with pytest.raises(Unreadable) as caught:
        see(Hostile(), vm())
    assert str(caught.value).isprintable()


def test_a_step_without_commands_has_failed_and_nothing_is_sent() -> None:
    dom0 = ready_dom0()
    driver = HostDriver(dom0, XEN)
    steps = [Step(Change(vm(), PLAIN, None), ()), driver.plan(Change(vm(number=1), None, vm(number=1).spec))]
    empty, made = driver.apply(HOST, steps, FENCE)
    assert isinstance(empty, Failed) and isinstance(empty.error, Refused) and not empty.unsure
    assert made == Done(vm(number=1).address, Present(vm(number=1).spec))
    assert dom0.scripts[-1].count("#step") == 1


def test_a_release_is_done_without_a_word_to_the_host() -> None:
    dom0 = ready_dom0()
    assert apply(dom0, (IMAGE, IMAGE.spec, None)) == [Done(IMAGE.address, Absent())]
    assert dom0.scripts == []
