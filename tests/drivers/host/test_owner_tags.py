"""Marks on hosts and domains: what is refused, what is foreign, what is raised."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reconciler.drivers.host.driver import HostDriver
from reconciler.drivers.host.xen.hypervisor import XEN
from reconciler.model.change import Change
from reconciler.model.errors import Faulty, Fenced, Refused
from reconciler.model.fence import Fence
from reconciler.model.outcome import Done, Failed
from reconciler.model.resource import Absent, Foreign, Present
from tests.drivers.fence import EARLIER, FENCE, LATER, STRANGER, behind_barrier
from tests.drivers.host.test_driver import HOST, IMAGE, LAN, create, see, vm
from tests.drivers.host.xen.simulator import PLAIN, ready_dom0

PATH = "/var/lib/reconciler/fence"


def act(dom0: Any, fence: Fence, *changes: Any) -> list[Any]:
    driver = HostDriver(dom0, XEN)
    return list(driver.apply(HOST, [driver.plan(change) for change in changes], fence))


def look(dom0: Any, fence: Fence) -> list[Any]:
    return list(HostDriver(dom0, XEN).observe(HOST, [IMAGE, LAN, vm()], fence).values())


def test_a_batch_leaves_its_acquisition_on_the_host_and_on_each_new_domain() -> None:
    dom0 = ready_dom0()
    create(dom0, vm())
    assert dom0.files[PATH].startswith("xr:v1:nancy:exp:") and dom0.files[PATH].endswith(":7 1c9f04d2\n")
    assert dom0.xl.domains["exp-web-0"]["mark"] == "xr:v1:nancy:exp:0aeb3d1e:7"


def test_a_domain_is_marked_before_it_runs() -> None:
    dom0 = ready_dom0()
    create(dom0, vm())
    assert dom0.mutations == ["write /run/reconciler/exp-web-0.cfg", "xl create exp-web-0", "xenstore-write exp-web-0"]


def test_a_mark_that_cannot_be_set_leaves_the_domain_paused_and_the_next_look_says_so() -> None:
    dom0 = ready_dom0()
    dom0._xenstore_write = lambda words, body, say, fail: 1  # type: ignore[method-assign]
    (outcome,) = create(dom0, vm())
    assert isinstance(outcome, Failed) and "state" in str(outcome.error)
    assert see(dom0, vm()) == [Present(replace(PLAIN, state="paused"))]


def test_a_domain_of_ours_that_another_has_marked_is_foreign() -> None:
    dom0 = ready_dom0()
    create(dom0, vm())
    dom0.xl.domains["exp-web-0"]["mark"] = "xr:v1:nancy:theirs:0aeb3d1e:3"
    (state,) = see(dom0, vm())
    assert isinstance(state, Foreign) and "xr:v1:nancy:theirs" in state.reason


def test_a_domain_that_lost_its_mark_is_ours_by_its_uuid() -> None:
    dom0 = ready_dom0()
    create(dom0, vm())
    del dom0.xl.domains["exp-web-0"]["mark"]  # a guest that rebooted
    assert see(dom0, vm()) == [Present(PLAIN)]


def test_a_later_acquisitions_host_is_not_even_looked_at_by_an_earlier_run() -> None:
    dom0 = ready_dom0()
    create(dom0, vm())
    for fence in (EARLIER, behind_barrier(EARLIER)):
        with pytest.raises(Fenced, match=r"has epoch 7 of exp, and this run has epoch 6"):
            look(dom0, fence)
    assert dom0.files[PATH].endswith(":7 1c9f04d2\n")


def test_a_host_that_another_state_has_marked_is_foreign_with_all_that_is_on_it() -> None:
    dom0 = ready_dom0()
    create(dom0, vm())
    dom0.mutations.clear()
    for fence in (STRANGER, behind_barrier(STRANGER)):
        states = look(dom0, fence)
        assert {type(state) for state in states} == {Foreign}
        assert "experiment exp of another state; put a new image on it, or remove" in states[0].reason
    driver = HostDriver(dom0, XEN)
    steps = [driver.plan(_delete())]
    (outcome,) = driver.apply(HOST, steps, STRANGER)
    assert isinstance(outcome, Failed) and isinstance(outcome.error, Refused) and not outcome.unsure
    assert dom0.mutations == []


def _delete() -> Change[Any]:
    return Change(vm(), PLAIN, None)


def test_an_earlier_run_that_planned_before_is_stopped_at_the_gate() -> None:
    dom0 = ready_dom0()
    create(dom0, vm())
    assert look(dom0, behind_barrier(LATER))[2] == Present(PLAIN)
    dom0.mutations.clear()
    (outcome,) = act(dom0, FENCE, _delete())
    assert isinstance(outcome, Failed) and isinstance(outcome.error, Fenced) and not outcome.unsure
    assert dom0.mutations == []
    assert isinstance(act(dom0, LATER, _delete())[0], Done)


def test_looking_without_a_barrier_leaves_no_mark() -> None:
    dom0 = ready_dom0()
    assert look(dom0, FENCE)[2] == Absent()
    assert PATH not in dom0.files


def test_a_host_on_which_no_mark_can_be_written_is_not_changed() -> None:
    dom0 = ready_dom0()
    dom0._do_mv = lambda words, body, say, fail: fail("mv: No space left on device\n") or 1  # type: ignore[method-assign, func-returns-value]
    (outcome,) = create(dom0, vm())
    assert isinstance(outcome, Failed) and isinstance(outcome.error, Faulty) and not outcome.unsure
    assert "our mark could not be written (mv: No space left on device)" in str(outcome.error)
    assert dom0.xl.domains == {}
