"""What is not ours any more or not yet, on a real node: namesakes, and disks that outlived their guests."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from reconciler.model.change import Change
from reconciler.model.outcome import Done, Failed
from reconciler.model.resource import Absent, Present, Resource
from reconciler.resources.domain import Nic
from tests.live.xen.bench import Bench
from tests.live.xen.node import Node
from tests.live.xen.rootfs import GUEST_RAMDISK

DISK = "/var/lib/reconciler/exp-web-0-0a1b2c3d.img"
NOBODYS = "5d1c2d1e-0000-5000-8000-00000000ffff"


def test_a_namesake_that_appeared_since_the_look_is_not_touched(
    bench: Bench, node: Node, guests: tuple[Resource[Any], ...]
) -> None:
    spec = replace(guests[1].spec, uuid=NOBODYS)
    changes = (
        (replace(spec, memory_mib=144), replace(spec, memory_mib=112)),
        (replace(spec, state="paused"), spec),
        (spec, replace(spec, nics=())),
        (replace(spec, nics=()), replace(spec, nics=(Nic("00:16:3e:4d:04:01", "xbr703"),))),
        (replace(spec, name="exp-web-0"), replace(spec, name="exp-web-9")),
        (spec, None),
    )
    shown = "xl list -l exp-web-0\nxl network-list exp-web-0\nxl domid exp-web-0\n"
    theirs = node.run(shown).stdout
    for before, after in changes:
        (outcome,) = bench.apply([Change(replace(guests[1], spec=after or before), before, after)])
        assert isinstance(outcome, Failed), outcome
    assert node.run(shown).stdout == theirs
    assert node.run(f"xenstore-exists /vm/{NOBODYS}\n").status == 1
    assert bench.observe(guests[1]) == [Present(guests[1].spec)]


def test_a_disk_that_outlived_its_guest_is_seen_and_goes_unless_a_guest_of_its_name_runs(
    bench: Bench, node: Node, guests: tuple[Resource[Any], ...]
) -> None:
    lost = replace(guests[1], spec=replace(guests[1].spec, disk=DISK, base_disk=GUEST_RAMDISK))
    look = f"test -e {DISK}\n"
    node.run(f"truncate -s 1M {DISK}\n")
    nobodys = replace(lost.spec, uuid=NOBODYS)
    (outcome,) = bench.apply([Change(replace(lost, spec=nobodys), replace(nobodys, state="off"), None)])
    assert isinstance(outcome, Failed)
    assert node.run(look).status == 0
    node.run("xl destroy exp-web-0\nuntil test $(xl list | grep -c null) = 0; do sleep 0.2; done\n", timeout_s=30)
    assert bench.observe(lost) == [Present(replace(lost.spec, state="off"))]
    assert bench.remove(lost) == [Done(lost.address, Absent())]
    assert node.run(look).status == 1
    assert bench.observe(lost) == [Absent()]
