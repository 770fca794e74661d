"""The scripts of the driver on an emulated node that restarts: disks that outlive their guests are seen, and go."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reconciler.drivers.host.driver import HostDriver
from reconciler.drivers.host.xen.hypervisor import XEN
from reconciler.lab.host.host import LabHost
from reconciler.model.address import Address, Endpoint
from reconciler.model.change import Change
from reconciler.model.outcome import Done, Failed
from reconciler.model.resource import Absent, Present, Resource
from reconciler.resources.domain import Domain, Nic
from reconciler.transport.ssh import Reply
from tests.drivers.fence import FENCE
from tests.lab.host.nodes import bridge, create, make_host, run

HOST = Endpoint("xen", "x1.lille")
DISK = "/var/lib/reconciler/exp-web-0-0a1b2c3d.img"
GUEST = Domain(
    name="exp-web-0",
    uuid="00000000-0000-4000-8000-000000000001",
    kernel="/var/lib/xen/images/vmlinux",
    ramdisk="",
    arguments="root=/dev/xvda1",
    memory_mib=128,
    vcpu_count=1,
    nics=(Nic("00:16:3e:00:00:01", "xbr701"),),
    disk=DISK,
    base_disk="/boot/big.img",
)
OFF = replace(GUEST, state="off")


class Node:
    """A connection to an emulated node, as the driver wants one."""

    def __init__(self, host: LabHost) -> None:
        self.host = host

    def run(self, host: str, script: str, *, deadline_s: float) -> Reply:
        ran = run(self.host, script)
        return Reply(ran.out, ran.status, ran.err)


def vm(spec: Domain = GUEST) -> Resource[Domain]:
    return Resource(Address("domain", "exp", "web-0"), HOST, spec)


def see(node: Node, spec: Domain = GUEST) -> Any:
    return HostDriver(node, XEN).observe(HOST, [vm(spec)], FENCE)[vm().address]


def change(node: Node, before: Domain | None, after: Domain | None) -> Any:
    driver = HostDriver(node, XEN)
    step = driver.plan(Change(vm(after or before or GUEST), before, after))
    (outcome,) = driver.apply(HOST, [step], FENCE)
    return outcome


@pytest.fixture
def node() -> Node:
    """It has restarted under a guest with a disk."""
    host = make_host()
    run(host, bridge(701))
    node = Node(host)
    assert change(node, None, GUEST) == Done(vm().address, Present(GUEST))
    assert see(node) == Present(GUEST)
    host.reboot()
    run(host, bridge(701))
    return node


def test_the_guest_is_off_and_looking_changes_nothing(node: Node) -> None:
    changes = node.host.counters.mutating
    assert see(node) == Present(OFF)
    assert node.host.counters.mutating == changes


def test_an_end_removes_the_disk_and_a_second_end_finds_nothing_to_do(node: Node) -> None:
    for _ in range(2):
        assert change(node, OFF, None) == Done(vm().address, Absent())
        assert node.host.files.written == ("/run/reconciler.lock", "/var/lib/reconciler/fence")
    assert see(node) == Absent()


def test_it_is_made_again_once_and_then_as_wanted(node: Node) -> None:
    assert change(node, OFF, GUEST) == Done(vm().address, Present(GUEST))
    assert see(node) == Present(GUEST)


def test_a_disk_stays_while_a_namesake_runs(node: Node) -> None:
    run(node.host, create("exp-web-0", 7))
    assert isinstance(change(node, OFF, None), Failed)
    assert node.host.files.is_file(DISK)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"memory_mib": 256}, {"memory_mib": 100}),
        ({"state": "paused"}, {}),
        ({}, {"nics": ()}),
        ({"nics": ()}, {}),
        ({"name": "exp-web-0"}, {"name": "exp-web-9"}),
    ],
)
def test_a_namesake_is_not_changed(before: dict[str, Any], after: dict[str, Any]) -> None:
    node = Node(make_host())
    run(node.host, f"{bridge(701)}\n{create('exp-web-0', 1)}xl pause exp-web-0\n")
    shown = "xl list -v\nxl list -l\nxl network-list exp-web-0\n"
    theirs = run(node.host, shown).out
    diskless = replace(GUEST, uuid="00000000-0000-4000-8000-000000000009", disk="", base_disk="")
    assert isinstance(change(node, replace(diskless, **before), replace(diskless, **after)), Failed)
    assert run(node.host, shown).out == theirs
