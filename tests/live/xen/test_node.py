"""The node itself: it comes up as a Xen host, shows the key it was given, and leaves nothing behind."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.live.xen.build import Image
from tests.live.xen.node import Node, NotBooted, running_node
from tests.live.xen.process import run
from tests.live.xen.rootfs import FINGERPRINT, FINGERPRINT_FILE, GUEST_KERNEL, GUEST_RAMDISK
from tests.live.xen.tap import Tap


def test_a_node_is_a_dom0_of_xen_4_17_with_room_for_guests(node: Node) -> None:
    info = dict(line.split(":", 1) for line in node.run("xl info\n").stdout.splitlines() if ":" in line)
    facts = {name.strip(): value.strip() for name, value in info.items()}
    assert facts["xen_version"].startswith("4.17.")
    assert int(facts["free_memory"]) > 4 * 128


def test_a_node_tells_its_image_by_the_first_line_of_its_release_file(node: Node) -> None:
    assert node.run(f"head -n 1 {FINGERPRINT_FILE}\n").stdout == FINGERPRINT + "\n"


def test_a_node_has_the_guest_image(node: Node) -> None:
    assert node.run(f"test -s {GUEST_KERNEL} && test -s {GUEST_RAMDISK}\n").status == 0


def test_the_trunk_interface_is_no_port_of_a_bridge(node: Node) -> None:
    assert node.run("test -e /sys/class/net/eth1/master\n").status == 1


def test_a_node_with_a_bridge_has_it_from_the_start_and_leaves_nothing_behind(xen_image: Image, netns: str) -> None:
    with running_node(xen_image, "x2", tap=Tap(netns, "x2-eth1"), bridge="xenbr0") as node:
        master = node.run("basename $(readlink /sys/class/net/eth1/master)\ncat /sys/class/net/eth1/operstate\n").stdout
        assert master.split() == ["xenbr0", "up"]
        folder, pid = node.console.parent, node.pid
    assert not folder.exists()
    assert not Path(f"/proc/{pid}").exists()
    assert "x2-eth1" not in run("ip", "-n", netns, "-o", "link", "show")


def test_the_tap_is_in_the_namespace_and_nowhere_else(node: Node, netns: str) -> None:
    assert "x1-eth1" in run("ip", "-n", netns, "-o", "link", "show")
    assert "x1-eth1" not in run("ip", "-o", "link", "show")


def test_another_host_key_than_the_pinned_one_is_refused(node: Node, tmp_path: Path) -> None:
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "other")
    known = tmp_path / "known_hosts"
    known.write_text(f"[{node.address}]:{node.port} {(tmp_path / 'other.pub').read_text()}")
    refused = subprocess.run(
        [
            *("ssh", "-F", "none", "-i", str(node.keys.identity_file), "-p", str(node.port), "-o", "BatchMode=yes"),
            *("-o", f"UserKnownHostsFile={known}", "-o", "StrictHostKeyChecking=yes", f"root@{node.address}", "true"),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert refused.returncode == 255
    assert "REMOTE HOST IDENTIFICATION HAS CHANGED" in refused.stderr


def test_a_node_that_does_not_come_up_in_time_leaves_nothing_behind(xen_image: Image, netns: str) -> None:
    folders = set(Path(tempfile.gettempdir()).glob("reconciler-xen-*"))
    with (
        pytest.raises(NotBooted, match="did not come up"),
        running_node(xen_image, "late", tap=Tap(netns, "late-eth1"), boot_s=0.5),
    ):
        pass
    assert "late-eth1" not in run("ip", "-n", netns, "-o", "link", "show")
    assert set(Path(tempfile.gettempdir()).glob("reconciler-xen-*")) == folders
    commands = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists()]
    assert not [command for command in commands if b"qemu-system" in command and b"\0late\0" in command]


def test_a_virtual_machine_that_cannot_start_says_why(xen_image: Image, tmp_path: Path) -> None:
    for name in ("xen", "vmlinux", "stage1.cpio"):
        (tmp_path / name).symlink_to(xen_image.folder / name)
    with pytest.raises(NotBooted, match=r"root\.squashfs"), running_node(Image(tmp_path), "broken"):
        pass
