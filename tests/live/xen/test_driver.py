"""The Xen driver, as it is, against a real node."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reconciler.drivers.host.xen.xl import render_config
from reconciler.model.change import Change
from reconciler.model.errors import Fenced, Unreachable
from reconciler.model.outcome import Done, Failed
from reconciler.model.resource import Absent, Foreign, Present, Resource, Unknown
from reconciler.resources.domain import Nic
from tests.drivers.fence import FENCE, LATER, behind_barrier
from tests.live.xen.bench import BRIDGE, HOST, IMAGE, OTHER_BRIDGE, Bench, domain
from tests.live.xen.node import Node


def test_the_image_is_recognised(bench: Bench) -> None:
    assert bench.observe(IMAGE) == [Present(IMAGE.spec)]


def test_two_guests_and_their_bridge_are_created_in_one_exec_and_seen_as_wanted(bench: Bench) -> None:
    wanted = (BRIDGE, domain(0), domain(1))
    bench.remove(*wanted)
    assert bench.observe(*wanted) == [Absent()] * 3
    before = bench.execs
    outcomes = bench.apply([Change(each, None, each.spec) for each in wanted])
    assert bench.execs == before + 1
    assert outcomes == [Done(each.address, Present(each.spec)) for each in wanted]
    assert bench.observe(*wanted) == [Present(each.spec) for each in wanted]


def test_a_second_time_nothing_is_done(bench: Bench, guests: tuple[Resource[Any], ...]) -> None:
    before = bench.execs
    assert bench.bring_about(*guests) == []
    assert bench.execs == before + 1


def test_less_memory_is_given_without_a_restart(bench: Bench, node: Node, guests: tuple[Resource[Any], ...]) -> None:
    number = node.run("xl domid exp-web-0\n").stdout
    smaller = replace(guests[1], spec=replace(guests[1].spec, memory_mib=112))
    bench.settle(smaller)
    assert node.run("xl domid exp-web-0\n").stdout == number


def test_more_memory_than_it_began_with_restarts_the_guest_and_no_other(
    bench: Bench, node: Node, guests: tuple[Resource[Any], ...]
) -> None:
    script = "xl domid exp-web-0\nxl domid exp-web-1\n"
    numbers = node.run(script).stdout.split()
    larger = replace(guests[1], spec=replace(guests[1].spec, memory_mib=144))
    assert bench.bring_about(larger) == [Done(larger.address, Present(larger.spec))]
    after = node.run(script).stdout.split()
    assert after[0] != numbers[0]
    assert after[1] == numbers[1]


def test_a_paused_guest_is_seen_and_goes_on(bench: Bench, node: Node, guests: tuple[Resource[Any], ...]) -> None:
    node.run("xl pause exp-web-0\n")
    (state,) = bench.observe(guests[1])
    assert state == Present(replace(guests[1].spec, state="paused"))
    assert bench.bring_about(guests[1]) == [Done(guests[1].address, Present(guests[1].spec))]


def test_an_interface_is_attached_and_detached_while_the_guest_runs(
    bench: Bench, node: Node, guests: tuple[Resource[Any], ...]
) -> None:
    number = node.run("xl domid exp-web-0\n").stdout
    two = (*guests[1].spec.nics, Nic("00:16:3e:4d:04:01", "xbr704"))
    wider = replace(guests[1], spec=replace(guests[1].spec, nics=two))
    assert all(isinstance(outcome, Done) for outcome in bench.bring_about(OTHER_BRIDGE, wider))
    assert bench.observe(wider) == [Present(wider.spec)]
    assert bench.bring_about(guests[1]) == [Done(guests[1].address, Present(guests[1].spec))]
    assert node.run("xl domid exp-web-0\n").stdout == number


def test_a_guest_that_was_destroyed_by_hand_is_absent_and_comes_back(
    bench: Bench, node: Node, guests: tuple[Resource[Any], ...]
) -> None:
    node.run("xl destroy exp-web-1\n")
    assert bench.observe(guests[2]) == [Absent()]
    assert bench.bring_about(guests[2]) == [Done(guests[2].address, Present(guests[2].spec))]


def test_a_guest_under_our_name_with_another_uuid_is_foreign(bench: Bench, guests: tuple[Resource[Any], ...]) -> None:
    spec = replace(guests[1].spec, uuid="5d1c2d1e-0000-5000-8000-00000000ffff")
    (state,) = bench.observe(replace(guests[1], spec=spec))
    assert isinstance(state, Foreign)


def test_a_guest_that_is_ending_and_lost_its_name_is_unknown_until_it_is_gone(
    bench: Bench, node: Node, guests: tuple[Resource[Any], ...]
) -> None:
    # the console daemon, stopped, still maps a page of the guest: the hypervisor cannot let go of the domain
    node.run("kill -STOP $(cat /run/xenconsoled.pid)\nxl destroy exp-web-1\n")
    try:
        zombie, other = bench.observe(guests[2], guests[1])
        assert isinstance(zombie, Unknown), zombie
        assert other == Present(guests[1].spec)
    finally:
        node.run("kill -CONT $(cat /run/xenconsoled.pid)\n")
    node.run("until test $(xl list | grep -c null) = 0; do sleep 0.2; done\n", timeout_s=30)
    assert bench.observe(guests[2]) == [Absent()]


def test_two_guests_with_our_uuid_are_unknown(bench: Bench, node: Node, guests: tuple[Resource[Any], ...]) -> None:
    copy = render_config(replace(guests[1].spec, name="copy", nics=()))
    made = node.run(f"cat > /run/copy.cfg <<'XR_END'\n{copy}XR_END\nxl create /run/copy.cfg\nrm /run/copy.cfg\n")
    try:
        assert made.status == 0, made.stderr
        (state,) = bench.observe(guests[1])
        assert isinstance(state, Unknown), state
    finally:
        node.run("xl destroy copy\n")
    assert bench.observe(guests[1]) == [Present(guests[1].spec)]


def test_a_guest_whose_bridge_is_missing_is_reported_with_xens_own_words(bench: Bench) -> None:
    lost = replace(domain(7), spec=replace(domain(7).spec, nics=(Nic("00:16:3e:4d:03:08", "xbr799"),)))
    (outcome,) = bench.apply([Change(lost, None, lost.spec)])
    assert isinstance(outcome, Failed)
    assert not outcome.unsure
    assert "domain" in str(outcome.error).lower()
    assert bench.observe(lost) == [Absent()]


def test_while_another_run_holds_the_host_nothing_is_done(
    bench: Bench, node: Node, guests: tuple[Resource[Any], ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reconciler.drivers.host.script.LOCK_WAIT_S", 1)
    node.run("flock /run/reconciler.lock sleep 600 > /dev/null 2>&1 &\necho $! > /run/holder.pid\nsleep 0.5\n")
    try:
        with pytest.raises(Unreachable, match="another run"):
            bench.observe(guests[1])
    finally:
        # the lock is inherited by sleep: both have to go
        node.run("pkill -P $(cat /run/holder.pid)\nkill $(cat /run/holder.pid)\nrm /run/holder.pid\n")


def test_destroying_everything_leaves_the_node_as_it_was(bench: Bench, node: Node) -> None:
    wanted = (BRIDGE, domain(0), domain(1))
    bench.remove(*wanted, OTHER_BRIDGE)
    # the driver brings the uplink up and leaves it so
    before = (_domains(node), _links(node))
    bench.bring_about(*wanted)
    assert before != (_domains(node), _links(node))
    outcomes = bench.remove(*wanted)
    assert len(outcomes) == 3
    assert all(isinstance(outcome, Done) for outcome in outcomes), outcomes
    assert (_domains(node), _links(node)) == before
    left = node.run("ls /run/reconciler /var/lib/reconciler\n").stdout.split()
    assert left == ["/run/reconciler:", "/var/lib/reconciler:", "fence"]
    assert node.run("xenstore-ls -f /vm\n").stdout == ""


def test_a_later_acquisition_shuts_the_earlier_one_out(bench: Bench, node: Node) -> None:
    guest = domain(0)
    bench.bring_about(BRIDGE, guest)
    mark = node.run(f"xenstore-read /vm/{guest.spec.uuid}/reconciler\n").stdout
    assert (
        mark == f"xr:v1:{HOST.host.rpartition('.')[2]}:{guest.address.experiment}:{guest.spec.uuid[:8]}:{FENCE.epoch}\n"
    )
    later = behind_barrier(LATER)
    assert bench.driver.observe(HOST, [guest], later) == {guest.address: Present(guest.spec)}
    step = bench.driver.plan(Change(guest, guest.spec, None))
    (outcome,) = bench.driver.apply(HOST, [step], FENCE)
    assert isinstance(outcome, Failed) and isinstance(outcome.error, Fenced) and not outcome.unsure
    with pytest.raises(Fenced):
        bench.observe(guest)
    assert list(bench.driver.apply(HOST, [step], LATER)) == [Done(guest.address, Absent())]
    node.run("rm -f /var/lib/reconciler/fence\n")  # for the tests that follow: a node with a new image


def _domains(node: Node) -> list[list[str]]:
    return [line.split()[:4] for line in node.run("xl list\n").stdout.splitlines()]


def _links(node: Node) -> list[str]:
    return [line.split()[1] for line in node.run("ip -o link show\n").stdout.splitlines()]
