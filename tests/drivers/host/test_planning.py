"""Which commands a change takes, and what it disturbs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from reconciler.drivers.host.driver import HostDriver
from reconciler.drivers.host.xen.commands import Command
from reconciler.drivers.host.xen.hypervisor import XEN, Xen
from reconciler.model.address import Address, Endpoint
from reconciler.model.change import Cause, Change
from reconciler.model.errors import Refused
from reconciler.model.plan import Impact
from reconciler.model.resource import Resource
from reconciler.resources.bridge import Bridge
from reconciler.resources.domain import Domain, Nic
from reconciler.resources.host import Host
from tests.drivers.host.xen.dom0 import Dom0
from tests.drivers.host.xen.simulator import DISK, LARGER, OTHER_IMAGE, PLAIN, TWO_NICS, WITH_DISK

HOST = Endpoint("xen", "griffon-1.nancy")
BRIDGE = Bridge("xbr701", "eth1", 701)


def plan(before, after, cause=Cause.NEW):
    resource = Resource(Address("domain", "exp", "web-0"), HOST, before if after is None else after)
    step = HostDriver(Dom0(), XEN).plan(Change(resource, before, after, cause))
    return [type(command).__name__ for command in step.commands], step.impact, "\n".join(map(str, step.commands))


def bridge_text(before, after, cause=Cause.EDIT) -> str:
    resource = Resource(Address("bridge", "exp", "lan"), HOST, before if after is None else after)
    return "\n".join(map(str, HostDriver(Dom0(), XEN).plan(Change(resource, before, after, cause)).commands))


def test_memory_grows_by_a_restart_that_keeps_the_disk() -> None:
    names, impact, text = plan(WITH_DISK, replace(WITH_DISK, memory_mib=512))
    assert (names, impact) == (["Destroy", "Create"], Impact.RESTART)
    assert "cp " not in text
    assert f"rm -f '{DISK}'" not in text


def test_a_network_is_added_and_removed_without_a_restart() -> None:
    assert plan(PLAIN, TWO_NICS)[:2] == (["Attach"], Impact.LIVE)
    assert plan(TWO_NICS, PLAIN)[:2] == (["Detach"], Impact.LIVE)


def test_nics_that_change_their_order_need_a_restart() -> None:
    assert plan(TWO_NICS, replace(TWO_NICS, nics=TWO_NICS.nics[::-1]))[1] is Impact.RESTART


def test_another_image_replaces_the_domain_and_its_disk() -> None:
    assert plan(PLAIN, OTHER_IMAGE)[:2] == (["Destroy", "Create"], Impact.REPLACE)
    _, impact, text = plan(WITH_DISK, replace(WITH_DISK, kernel="/boot/vmlinux-2"))
    assert impact is Impact.REPLACE
    assert f"rm -f '{DISK}'" in text
    assert "cp --sparse" in text


def test_a_domain_that_is_off_gets_a_new_disk_and_nothing_that_runs_is_disturbed() -> None:
    off = replace(WITH_DISK, state="off")
    for after in (WITH_DISK, replace(WITH_DISK, disk=f"{DISK}2.img"), PLAIN):
        names, impact, text = plan(off, after, Cause.DRIFT)
        assert (names, impact) == (["Destroy", "Create"], Impact.LIVE)
        assert f"test -s '/run/reconciler/domains' && rm -f '{DISK}' 2>&1\n" in text
        assert ("cp --sparse" in text) is bool(after.disk)


def test_all_disks_that_are_left_of_a_domain_are_removed() -> None:
    names, _, text = plan(replace(WITH_DISK, disk=f"{DISK},{DISK}2.img", state="off"), None)
    assert names == ["Destroy", "Destroy"]
    assert f"&& rm -f '{DISK}' 2>&1\n" in text and f"&& rm -f '{DISK}2.img' 2>&1\n" in text


@pytest.mark.parametrize("state", ["crashed", "shutdown", "dying"])
def test_a_domain_that_does_not_run_is_made_anew(state: str) -> None:
    assert plan(replace(PLAIN, state=state), PLAIN, Cause.DRIFT)[:2] == (["Destroy", "Create"], Impact.RESTART)


def test_a_paused_domain_goes_on() -> None:
    assert plan(replace(PLAIN, state="paused"), PLAIN, Cause.DRIFT)[:2] == (["Unpause"], Impact.LIVE)


def test_a_name_that_cannot_be_quoted_is_refused_even_when_it_is_only_observed() -> None:
    with pytest.raises(Refused):
        plan(replace(PLAIN, name="x'; reboot"), PLAIN)


def test_a_disk_that_is_not_in_our_folder_is_never_removed() -> None:
    for disk in ("/boot/vmlinux", "/var/lib/reconciler/../vmlinux", f"{DISK},/dev/sdb"):
        text = plan(replace(PLAIN, disk=disk), None)[2]
        assert text.replace(f" && rm -f '{DISK}' 2>&1", "").count("rm -f") == text.count("rm -f '/run/")
    assert f"&& xl destroy 'exp-web-0' 2>&1 && rm -f '{DISK}' 2>&1\n" in plan(WITH_DISK, None)[2]


def test_our_old_link_goes_when_the_vlan_of_a_bridge_is_edited() -> None:
    assert "ip link del 'eth1.701'" in bridge_text(BRIDGE, replace(BRIDGE, vlan=702))


def test_a_link_that_somebody_else_put_into_a_bridge_is_taken_out_and_not_deleted() -> None:
    text = bridge_text(replace(BRIDGE, vlan=999), BRIDGE, Cause.DRIFT)
    assert "ip link set dev 'eth1.999' nomaster" in text
    assert "del" not in text


def test_a_bridge_is_mended_from_whatever_is_in_it() -> None:
    text = bridge_text(Bridge("xbr701", "eth1.701+eth0", 0), BRIDGE, Cause.DRIFT)
    assert "ip link set dev 'eth0' nomaster" in text
    assert "'eth1.701' nomaster" not in text


def test_the_image_of_a_node_cannot_be_planned_over_ssh() -> None:
    wanted = Host("/etc/grid5000/release", "debian-xen-1")
    resource = Resource(Address("host", "exp", "griffon-1"), HOST, wanted)
    with pytest.raises(Refused, match="deploy it again"):
        HostDriver(Dom0(), XEN).plan(Change(resource, replace(wanted, fingerprint="production-1"), wanted))


def test_a_domain_with_a_hostile_bridge_is_refused_when_it_is_planned() -> None:
    nic = Nic("00:16:3e:00:00:01", "xbr701,script=/root/none")
    with pytest.raises(Refused, match="bridge"):
        plan(None, replace(PLAIN, nics=(nic,)))


def test_plans_do_not_depend_on_what_is_not_in_the_change() -> None:
    assert plan(None, PLAIN) == plan(None, Domain(**{name: getattr(PLAIN, name) for name in PLAIN.__slots__}))


@pytest.mark.parametrize("after", [PLAIN, replace(LARGER, name="exp-web-1"), replace(LARGER, nics=())])
def test_what_a_hypervisor_cannot_do_while_a_guest_runs_takes_a_restart(after: Domain) -> None:
    resource = Resource(Address("domain", "exp", "web-0"), HOST, after)
    change = Change(resource, LARGER, after)
    assert HostDriver(Dom0(), XEN).plan(change).impact is Impact.LIVE
    step = HostDriver(Dom0(), replace(XEN, live=frozenset())).plan(change)
    assert ([type(command).__name__ for command in step.commands], step.impact) == (["Destroy", "Create"], "restart")


def test_a_kind_of_guest_that_a_hypervisor_does_not_have_is_refused() -> None:
    with pytest.raises(Refused, match="'pv' is no kind of guest we can make; use hvm"):
        HostDriver(Dom0(), replace(XEN, modes=("hvm",))).plan(
            Change(Resource(Address("domain", "exp", "web-0"), HOST, PLAIN), None, PLAIN)
        )


class Speechless(Xen):
    """A hypervisor that forgets a field."""

    def update(self, before: Domain, after: Domain, mark: str) -> Sequence[Command]:
        return ()


def test_a_change_that_the_hypervisor_has_no_command_for_is_refused() -> None:
    resource = Resource(Address("domain", "exp", "web-0"), HOST, PLAIN)
    with pytest.raises(Refused, match=r"domain/exp/web-0: Xen has no command for this change \(memory_mib\)"):
        HostDriver(Dom0(), Speechless()).plan(Change(resource, LARGER, PLAIN))


def test_a_node_that_is_let_go_is_released_in_so_many_words() -> None:
    image = Host("/etc/grid5000/release", "debian-xen-1")
    step = HostDriver(Dom0(), XEN).plan(Change(Resource(Address("host", "exp", "griffon-1"), HOST, image), image, None))
    assert [str(each) for each in step.commands] == ["release griffon-1.nancy (nothing is sent; it was only verified)"]
