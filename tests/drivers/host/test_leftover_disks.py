"""A domain that ended by itself, and the disk it left behind: nothing of ours stays when it is no longer wanted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reconciler.drivers.host.driver import HostDriver
from reconciler.drivers.host.xen.hypervisor import XEN
from reconciler.model.change import Cause
from reconciler.model.outcome import Done, Failed
from reconciler.model.resource import Absent, Foreign, Present, Resource, Unknown
from tests.drivers.fence import FENCE
from tests.drivers.host.test_driver import HOST, apply, create, see, vm
from tests.drivers.host.xen.dom0 import Dom0
from tests.drivers.host.xen.simulator import DISK, LARGER, PLAIN, WITH_DISK, ready_dom0

OTHER_DISK = "/var/lib/reconciler/exp-web-0-other.img"
OFF = replace(WITH_DISK, state="off")


def restarted(*, disk: str = DISK) -> Dom0:
    """A host that lost its domains, and has their disks."""
    dom0 = ready_dom0()
    create(dom0, vm(replace(WITH_DISK, disk=disk)))
    dom0.xl.domains.clear()
    dom0.files[disk] = "written by the guest"
    dom0.mutations.clear()
    return dom0


def forms(dom0: Dom0, *asked: Resource[Any]) -> Any:
    return HostDriver(dom0, XEN).observe(HOST, asked, FENCE)[vm().address]


def test_a_domain_that_is_gone_while_its_disk_is_there_is_off() -> None:
    dom0 = restarted()
    assert see(dom0, vm(WITH_DISK)) == [Present(OFF)]
    assert dom0.mutations == []
    assert see(dom0, vm()) == [Absent()]  # whose disk it is not


def test_when_it_is_no_longer_wanted_its_disk_goes() -> None:
    dom0 = restarted()
    assert apply(dom0, (vm(WITH_DISK), OFF, None)) == [Done(vm().address, Absent())]
    assert DISK not in dom0.files
    assert see(dom0, vm(WITH_DISK)) == [Absent()]
    assert apply(dom0, (vm(WITH_DISK), OFF, None)) == [Done(vm().address, Absent())]


def test_when_it_is_wanted_it_is_made_again_with_a_new_copy() -> None:
    dom0 = restarted()
    outcome = apply(dom0, (vm(WITH_DISK), OFF, WITH_DISK, Cause.DRIFT))
    assert outcome == [Done(vm().address, Present(WITH_DISK))]
    assert dom0.files[DISK] == "base"
    assert see(dom0, vm(WITH_DISK)) == [Present(WITH_DISK)]


def test_when_it_is_wanted_with_another_disk_the_old_one_goes() -> None:
    dom0 = restarted(disk=OTHER_DISK)
    recorded = vm(replace(WITH_DISK, disk=OTHER_DISK))
    left = forms(dom0, vm(WITH_DISK), recorded)
    assert left == Present(replace(OFF, disk=OTHER_DISK))
    assert apply(dom0, (vm(WITH_DISK), left.spec, WITH_DISK)) == [Done(vm().address, Present(WITH_DISK))]
    assert (OTHER_DISK in dom0.files, DISK in dom0.files) == (False, True)


def test_of_all_that_it_was_wanted_as_no_disk_stays() -> None:
    dom0 = restarted(disk=OTHER_DISK)
    dom0.files[DISK] = "half a cop"
    left = forms(dom0, vm(WITH_DISK), vm(replace(WITH_DISK, disk=OTHER_DISK)))
    assert left == Present(replace(OFF, disk=f"{OTHER_DISK},{DISK}"))
    assert apply(dom0, (vm(WITH_DISK), left.spec, None)) == [Done(vm().address, Absent())]
    assert {DISK, OTHER_DISK}.isdisjoint(dom0.files)


def test_a_disk_whose_domain_vanished_between_look_and_end_goes_with_it() -> None:
    dom0 = restarted()
    assert apply(dom0, (vm(WITH_DISK), WITH_DISK, None)) == [Done(vm().address, Absent())]
    assert DISK not in dom0.files


def test_where_no_domain_has_a_disk_nothing_is_asked_about_any() -> None:
    dom0 = ready_dom0()
    see(dom0, vm())
    assert "#disks" not in dom0.scripts[-1]


@pytest.mark.parametrize("change", [{"name": "exp-web-0"}, {"uuid": PLAIN.uuid}])
def test_a_disk_stays_while_a_domain_of_its_name_or_uuid_has_come_up(change: dict[str, str]) -> None:
    dom0 = restarted()
    appeared = {"name": "copy", "uuid": "11111111-0000-5000-8000-000000000001"} | change
    create(dom0, vm(replace(PLAIN, **appeared)))  # type: ignore[arg-type]  # texts
    (outcome,) = apply(dom0, (vm(WITH_DISK), OFF, None))
    assert isinstance(outcome, Failed)
    assert DISK in dom0.files
    assert list(dom0.xl.domains) == [appeared["name"]]


def test_a_disk_stays_while_a_domain_that_is_ending_may_hold_it() -> None:
    dom0 = restarted()
    zombie = {"name": "(null)", "uuid": PLAIN.uuid, "id": 9, "memory": 0, "vcpus": 1, "state": "--ps-d"}
    dom0.xl.zombies.append(zombie)
    (state,) = see(dom0, vm(WITH_DISK))
    assert isinstance(state, Unknown) and state.retry_in_s
    apply(dom0, (vm(WITH_DISK), OFF, None))
    assert DISK in dom0.files


def test_a_disk_stays_where_xl_cannot_tell() -> None:
    dom0 = restarted()
    dom0.xl._do_list = lambda words, say, fail: 1  # type: ignore[method-assign]
    (outcome,) = apply(dom0, (vm(WITH_DISK), OFF, None))
    assert isinstance(outcome, Failed) and outcome.unsure
    assert DISK in dom0.files


def test_a_disk_that_a_stranger_uses_is_in_conflict() -> None:
    dom0 = restarted()
    create(dom0, vm(number=1))
    dom0.xl.domains["exp-web-1"]["disk"] = DISK
    (state,) = see(dom0, vm(WITH_DISK))
    assert isinstance(state, Foreign) and f"{DISK} is used by the domain exp-web-1" in state.reason


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (LARGER, PLAIN),
        (replace(PLAIN, state="paused"), PLAIN),
        (PLAIN, replace(PLAIN, nics=())),
        (replace(PLAIN, nics=()), PLAIN),
        (PLAIN, None),
        (WITH_DISK, None),
    ],
)
def test_a_namesake_that_appeared_since_the_look_is_not_touched(before: Any, after: Any) -> None:
    dom0 = ready_dom0()
    create(dom0, vm(replace(LARGER, uuid="11111111-0000-5000-8000-000000000001")))
    theirs = dict(dom0.xl.domains["exp-web-0"])
    dom0.mutations.clear()
    (outcome,) = apply(dom0, (vm(before), before, after))
    assert isinstance(outcome, Failed)
    assert dom0.xl.domains == {"exp-web-0": theirs}
    assert dom0.mutations == []


def test_one_that_took_the_name_it_was_given_by_hand_is_not_renamed() -> None:
    dom0 = ready_dom0()
    create(dom0, vm(replace(PLAIN, name="other", uuid="11111111-0000-5000-8000-000000000001")))
    (outcome,) = apply(dom0, (vm(), replace(PLAIN, name="other"), PLAIN))
    assert isinstance(outcome, Failed)
    assert list(dom0.xl.domains) == ["other"]
