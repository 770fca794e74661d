"""The text of commands: what a dom0 receives."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.model.address import Endpoint
from reconciler.model.errors import Refused
from reconciler.model.plan import Impact
from reconciler.resources.bridge import Bridge
from tests.drivers.host.test_planning import plan
from tests.drivers.host.xen.simulator import LARGER, PLAIN, TWO_NICS, WITH_DISK

HOST = Endpoint("xen", "griffon-1.nancy")
BRIDGE = Bridge("xbr701", "eth1", 701)


OURS = f"grep -qxE 'exp-web-0 +[0-9]+ .* {PLAIN.uuid} .*' '/run/reconciler/domains'"


def only_ours(act: str) -> str:
    return f"xl list -v > '/run/reconciler/domains' && {OURS} && {act}\nrm -f '/run/reconciler/domains'"


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


def test_a_nic_that_could_not_be_connected_does_not_stay() -> None:
    text = plan(PLAIN, TWO_NICS)[2]
    assert text.endswith("|| xl network-detach 'exp-web-0' '00:16:3e:88:20:01' 2>&1\nrm -f '/run/reconciler/domains'")


def test_a_domain_renamed_by_hand_gets_its_name_back() -> None:
    text = plan(replace(PLAIN, name="other"), PLAIN)[2]
    assert text == only_ours("xl rename 'other' 'exp-web-0' 2>&1").replace("E 'exp-web-0", "E 'other")


def test_a_domain_is_ended_only_while_the_one_of_that_name_has_our_uuid() -> None:
    assert plan(PLAIN, None)[2] == only_ours("xl destroy 'exp-web-0' 2>&1")
    assert f"{OURS.replace('-qx', '-qsx')} && xl destroy 'exp-web-0' 2>&1" in plan(WITH_DISK, None)[2]
    with pytest.raises(Refused):
        plan(replace(PLAIN, uuid=".*"), None)
