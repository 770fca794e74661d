"""Which commands a change takes, and what it disturbs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.drivers.host.xen.driver import XenDriver
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


OURS = f"grep -qxE 'exp-web-0 +[0-9]+ .* {PLAIN.uuid} .*' '/run/reconciler/domains'"


def only_ours(act: str) -> str:
    return f"xl list -v > '/run/reconciler/domains' && {OURS} && {act}\nrm -f '/run/reconciler/domains'"


def plan(before, after, cause=Cause.NEW):
    resource = Resource(Address("domain", "exp", "web-0"), HOST, before if after is None else after)
    step = XenDriver(Dom0()).plan(Change(resource, before, after, cause))
    return [type(command).__name__ for command in step.commands], step.impact, "\n".join(map(str, step.commands))


def test_a_new_domain_is_created_from_a_file_that_does_not_stay() -> None:
    names, impact, text = plan(None, PLAIN)
    assert (names, impact) == (["Create"], Impact.LIVE)
    assert text.startswith(
        "cat > '/run/reconciler/exp-web-0.cfg' <<'XR_END' && xl create -p '/run/reconciler/exp-web-0.cfg'"
    )
    assert "rm -f '/run/reconciler/exp-web-0.cfg'" in text


def test_no_guest_runs_before_it_is_marked_and_none_but_the_one_just_made_is_touched() -> None:
    text = plan(None, PLAIN)[2]
    mark = (
        f"xenstore-write '/vm/{PLAIN.uuid}/reconciler' 'xr:v1:nancy:exp:0aeb3d1e' 2>&1 && xl unpause 'exp-web-0' 2>&1"
    )
    assert f"test -e '/run/reconciler/exp-web-0.cfg' && {mark}\nrm -f" in text


def test_a_guest_that_was_left_paused_is_marked_before_it_runs() -> None:
    text = plan(replace(PLAIN, state="paused"), PLAIN)[2]
    assert f"{OURS} && xenstore-write '/vm/" in text and "2>&1 && xl unpause 'exp-web-0' 2>&1\n" in text


def test_what_stays_behind_to_watch_a_domain_does_not_keep_the_lock() -> None:
    assert "xl create -p '/run/reconciler/exp-web-0.cfg' 9> /dev/null 2>&1" in plan(None, PLAIN)[2]


def test_a_disk_is_copied_only_where_no_such_domain_is() -> None:
    text = plan(None, WITH_DISK)[2]
    assert text.index("xl domid 'exp-web-0' > /dev/null 2>&1 && exit 17") < text.index(
        "cp --sparse=always '/grid5000/images/base.img'"
    )


def test_memory_shrinks_without_a_restart() -> None:
    assert plan(LARGER, PLAIN) == (["SetMemory"], Impact.LIVE, only_ours("xl mem-set 'exp-web-0' '256m' 2>&1"))


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


def test_a_nic_that_could_not_be_connected_does_not_stay() -> None:
    text = plan(PLAIN, TWO_NICS)[2]
    assert text.endswith("|| xl network-detach 'exp-web-0' '00:16:3e:88:20:01' 2>&1\nrm -f '/run/reconciler/domains'")


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


def test_a_domain_renamed_by_hand_gets_its_name_back() -> None:
    text = plan(replace(PLAIN, name="other"), PLAIN)[2]
    assert text == only_ours("xl rename 'other' 'exp-web-0' 2>&1").replace("E 'exp-web-0", "E 'other")


def test_a_name_that_cannot_be_quoted_is_refused_even_when_it_is_only_observed() -> None:
    with pytest.raises(Refused):
        plan(replace(PLAIN, name="x'; reboot"), PLAIN)


def test_a_disk_that_is_not_in_our_folder_is_never_removed() -> None:
    for disk in ("/boot/vmlinux", "/var/lib/reconciler/../vmlinux", f"{DISK},/dev/sdb"):
        text = plan(replace(PLAIN, disk=disk), None)[2]
        assert text.replace(f" && rm -f '{DISK}' 2>&1", "").count("rm -f") == text.count("rm -f '/run/")
    assert f"&& xl destroy 'exp-web-0' 2>&1 && rm -f '{DISK}' 2>&1\n" in plan(WITH_DISK, None)[2]


def test_a_domain_is_ended_only_while_the_one_of_that_name_has_our_uuid() -> None:
    assert plan(PLAIN, None)[2] == only_ours("xl destroy 'exp-web-0' 2>&1")
    assert f"{OURS.replace('-qx', '-qsx')} && xl destroy 'exp-web-0' 2>&1" in plan(WITH_DISK, None)[2]
    with pytest.raises(Refused):
        plan(replace(PLAIN, uuid=".*"), None)


def bridge_text(before, after, cause=Cause.EDIT) -> str:
    resource = Resource(Address("bridge", "exp", "lan"), HOST, before if after is None else after)
    return "\n".join(map(str, XenDriver(Dom0()).plan(Change(resource, before, after, cause)).commands))


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
        XenDriver(Dom0()).plan(Change(resource, replace(wanted, fingerprint="production-1"), wanted))


def test_a_domain_with_a_hostile_bridge_is_refused_when_it_is_planned() -> None:
    nic = Nic("00:16:3e:00:00:01", "xbr701,script=/root/none")
    with pytest.raises(Refused, match="bridge"):
        plan(None, replace(PLAIN, nics=(nic,)))


def test_plans_do_not_depend_on_what_is_not_in_the_change() -> None:
    assert plan(None, PLAIN) == plan(None, Domain(**{name: getattr(PLAIN, name) for name in PLAIN.__slots__}))
