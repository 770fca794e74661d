"""The emulated host beside recordings of a real Xen 4.17 dom0: the same state, the same command, the same answer."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from reconciler.lab.host.host import LabHost
from tests.lab.host.nodes import FakeTime, bridge, create, make_host, run

REPLIES = Path(__file__).parents[2] / "drivers" / "host" / "xen" / "replies"

TWO = "\n".join(
    (
        bridge(701),
        bridge(702),
        create("exp-a", 1),
        create("exp-b", 2, vifs=("xbr701", "xbr702"), more="maxmem = 192\n"),
    )
)
BAD = {
    "no-bridge": create("exp-c", 3, vifs=("xbr999",)),
    "no-disk": create("exp-c", 3, more='disk = [ "/var/lib/none.img,raw,xvda,rw" ]\n'),
    "no-kernel": create("exp-c", 3, more='kernel = "/srv/none"\n'),
    "no-memory": create("exp-c", 3, memory=4000),
    "name-exists": create("exp-a", 3),
    "vif-hostile": create("exp-c", 3, more='vif = [ "mac=00:16:3e:00:00:03,bridge=xbr701,script=/root/none" ]\n'),
}


@dataclass(frozen=True)
class Recording:
    command: str
    out: str
    err: str
    status: int


def read_recording(name: str) -> Recording:
    text = (REPLIES / f"{name}.txt").read_text()
    parts = re.fullmatch(r"#command\n(.*)\n#stdout\n(.*?)#stderr\n(.*?)#status\n(\d+)\n", text, re.DOTALL)
    assert parts is not None, f"{name}.txt is not a recording"
    return Recording(parts[1], parts[2], parts[3], int(parts[4]))


def same_words(text: str) -> str:
    """Without what differs from run to run: process and domain numbers, file names, seconds, idle or not."""
    text = re.sub(r"\[\d{2,5}\]", "[PID]", text)
    text = re.sub(r"Domain \d+:", "Domain N:", text)
    text = re.sub(r"/root/\S+\.cfg", "FILE", text)
    text = text.replace("/var/lib/xen/images/none", "/srv/none")
    text = re.sub(r"(-b----|------)", "IDLE", text)
    return re.sub(r" +\d+\.\d", " S", text)


def after(host: LabHost, seconds: float = 1.0) -> LabHost:
    assert isinstance(host.now, FakeTime)
    host.now.seconds += seconds
    return host


def two_domains(*scripts: str) -> LabHost:
    host = make_host()
    for script in (TWO, *scripts):
        run(host, script)
    return after(host)


@pytest.mark.parametrize(
    ("name", "before"),
    [
        ("list-two-running", ()),
        ("list-v-two-running", ()),
        ("list-unknown", ()),
        ("list-l-unknown", ()),
        ("domid", ()),
        ("domid-unknown", ()),
        ("destroy-unknown", ()),
        ("network-list", ()),
        ("network-attach", ()),
        ("network-attach-no-bridge", ()),
        ("network-detach-unknown", ()),
        ("network-attach-list", ("xl network-attach exp-a mac=00:16:3e:00:01:01 bridge=xbr702",)),
        ("network-detach", ("xl network-attach exp-a mac=00:16:3e:00:01:01 bridge=xbr702",)),
        ("network-detach-broken", ("xl network-attach exp-a mac=00:16:3e:00:01:01 bridge=xbr999",)),
        ("mem-set-down", ()),
        ("mem-set-down-after", ("xl mem-set exp-a 112",)),
        ("mem-set-beyond-maxmem", ()),
        ("mem-set-unknown", ()),
        ("mem-set-up-to-maxmem-after", ("xl mem-set exp-b 192",)),
        ("mem-set-paused-after", ("xl mem-set exp-b 192", "xl pause exp-a\nxl mem-set exp-a 112")),
        ("vcpu-set-beyond-maximum", ()),
        ("list-paused", ("xl mem-set exp-b 192", "xl pause exp-a")),
        ("unpause", ("xl pause exp-a",)),
        ("unpause-running", ()),
        ("rename", ()),
        ("rename-exists", ()),
        ("shutdown", ()),
        ("verb-unknown", ()),
        ("create-help", ()),
        ("link-add-exists", ()),
        ("link-add-vlan-taken", ()),
        ("link-add-no-uplink", ()),
        ("link-master-missing", ()),
        ("link-up-missing", ()),
        ("link-del-missing", ()),
        ("bridge-add-exists", ()),
        ("bridge-add-long-name", ()),
        ("fingerprint-missing", ()),
    ],
)
def test_a_host_with_two_domains_answers_as_the_real_one(name, before):
    recording = read_recording(name)
    ran = run(two_domains(*before), recording.command + "\n")
    if name.startswith("list") or name.endswith("after"):
        assert same_words(ran.out) == same_words(recording.out)
    else:
        assert ran.out == recording.out
    assert (same_words(ran.err), ran.status) == (same_words(recording.err), recording.status)


@pytest.mark.parametrize("kind", sorted(BAD))
def test_a_refused_create_says_why_and_leaves_nothing(kind):
    recording = read_recording(f"create-{kind}")
    host = two_domains()
    ran = run(host, BAD[kind])
    assert (same_words(ran.err), ran.status) == (same_words(recording.err), recording.status)
    assert [domain.config.name for domain in host.domains] == ["exp-a", "exp-b"]
    assert {link.name for link in host.links if link.name.startswith("vif")} == {"vif1.0", "vif2.0", "vif2.1"}


def test_a_configuration_that_cannot_be_lexed_is_refused():
    recording = read_recording("create-syntax-error")
    ran = run(
        two_domains(),
        'cat > /root/bad.cfg <<\'XR_END\'\nname = "x"\nvif = [ "mac=00\nXR_END\nxl create /root/bad.cfg\n',
    )
    assert ran.err.replace("bad.cfg:2:", "bad.cfg:11:") == recording.err
    assert ran.status == recording.status


def test_a_missing_configuration_file_is_an_error_of_its_own():
    recording = read_recording("create-no-file")
    ran = run(two_domains(), recording.command)
    assert (ran.err, ran.status) == (recording.err, recording.status)


def test_two_domains_may_have_one_uuid():
    recording = read_recording("create-uuid-exists")
    host = two_domains()
    ran = run(host, create("exp-c", 1))
    assert (same_words(ran.err), ran.status) == (same_words(recording.err), recording.status)
    assert len({domain.config.uuid for domain in host.domains}) == 2


@pytest.mark.parametrize(
    ("name", "before"),
    [
        ("list-l-two-running", ()),
        ("list-l-one", ()),
        ("mem-set-down-after-l", ("xl mem-set exp-a 112",)),
        ("mem-set-up-to-maxmem-after-l", ("xl mem-set exp-b 192",)),
        ("network-attach-after-l", ("xl network-attach exp-a mac=00:16:3e:00:01:01 bridge=xbr702",)),
        ("network-attach-no-bridge-after-l", ("xl network-attach exp-a mac=00:16:3e:00:01:01 bridge=xbr999",)),
        ("rename-after-l", ("xl mem-set exp-a 112", "xl rename exp-a exp-aa")),
    ],
)
def test_the_long_list_has_the_real_shape(name, before):
    recording = read_recording(name)
    ran = run(two_domains(*before), recording.command + "\n")
    assert ran.out.splitlines() == recording.out.splitlines()
    assert json.loads(ran.out) == json.loads(recording.out)


def test_a_zombie_has_a_line_without_a_name_and_no_configuration():
    host = two_domains("xl mem-set exp-a 112")
    host.break_("zombie", "exp-b")
    short, long = run(host, "xl list\n"), run(host, "xl list -l\n")
    assert same_words(short.out) == same_words(read_recording("list-zombie").out)
    assert same_words(run(host, "xl list -v\n").out) == same_words(read_recording("list-v-zombie").out)
    assert long.out == read_recording("list-l-zombie").out
    assert long.err.splitlines()[-1] == read_recording("list-l-zombie").err.splitlines()[-1]


def test_a_guest_that_shut_down_is_seen_for_a_moment_and_then_gone():
    host = two_domains("xl mem-set exp-a 112", "xl destroy exp-b")
    host.pace.scale = 0.01
    run(host, "xl shutdown -w exp-a\n")
    assert same_words(run(host, "xl list\n").out) == same_words(read_recording("shutdown-after").out)
    assert "exp-a" not in run(after(host), "xl list\n").out


def test_an_empty_host_lists_only_the_control_domain():
    assert run(make_host(), "xl list -l\n").out == read_recording("list-l-no-guest").out
    assert same_words(run(make_host(), "xl list\n").out) == same_words(read_recording("list-no-guest").out)


def test_a_vlan_link_cannot_go_up_on_an_uplink_that_is_down():
    host = make_host()
    run(host, "ip link add link eth1 name eth1.700 type vlan id 700\n")
    recording = read_recording("link-up-uplink-down")
    ran = run(host, recording.command)
    assert (ran.err, ran.status) == (recording.err, recording.status)


@pytest.mark.parametrize(
    ("name", "script"), [("links-bare", ""), ("links-two-bridges", bridge(701) + "\n" + bridge(702))]
)
def test_links_are_printed_as_iproute2_does(name, script):
    host = make_host()
    run(host, script)
    ours, real = (json.loads(text) for text in (run(host, "ip -d -j link show\n").out, read_recording(name).out))
    assert [entry["ifname"] for entry in ours] == [entry["ifname"] for entry in real]
    for mine, theirs in zip(ours, real, strict=True):
        assert mine.keys() <= theirs.keys()
        for key in ("link", "master", "flags", "operstate", "address", "qdisc", "link_type"):
            if key != "address" or "bridge" not in str(theirs.get("linkinfo", {}).get("info_kind")):
                assert mine.get(key) == theirs.get(key), (mine["ifname"], key)
        for part in ("info_kind", "info_slave_kind"):
            assert mine.get("linkinfo", {}).get(part) == theirs.get("linkinfo", {}).get(part)
