"""A running Xen node: QEMU with Xen, dom0, a management interface for SSH and a tap on the switch."""

from __future__ import annotations

import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.live.xen.build import Image
from tests.live.xen.seed import Keys, make_keys, write_ramdisk
from tests.live.xen.shell import Reply, Shell
from tests.live.xen.tap import Tap

ADDRESS = "127.0.0.1"
TRUNK_MAC = "52:54:00:77:02:01"
_XEN = (
    "console=com1 com1=115200,8n1 loglvl=warning guest_loglvl=warning bootscrub=0 dom0_max_vcpus=1 watchdog=0 "
    # work-arounds for real processors' faults: slow, and of no use in an emulated one
    "spec-ctrl=no xpti=false pv-l1tf=false smep=false smap=false"
)
_LINUX = (
    "console=hvc0 quiet loglevel=4 mitigations=off random.trust_cpu=on audit=0 selinux=0 apparmor=0 panic=1 "
    "nokaslr no_timer_check cryptomgr.notests"
)


class NotBooted(RuntimeError):
    """The node ended, or did not answer in time; the message holds the end of its console."""


@dataclass(frozen=True, slots=True)
class Size:
    """Memory of the whole machine and of its dom0; what is left over is for domUs."""

    memory_mib: int = 1536
    dom0_mib: int = 384


@dataclass(frozen=True, slots=True)
class Node:
    """Answers SSH as root at ``address``:``port`` with ``keys.host_key``; ``eth1`` is the tap's other end."""

    name: str
    address: str
    port: int
    keys: Keys
    shell: Shell
    console: Path
    pid: int

    def run(self, script: str, timeout_s: float = 120) -> Reply:
        """Run a script with ``/bin/sh -s``."""
        return self.shell.run(script, timeout_s)


@contextmanager
def running_node(
    image: Image, name: str, *, tap: Tap | None = None, bridge: str = "", size: Size | None = None, boot_s: float = 240
) -> Iterator[Node]:
    """Boot a node and wait until its toolstack is up; stop it at the end, whatever happened.

    Without ``bridge`` the second interface is left as a real node's is after an image was put on it: down, no port of
    anything.  With it, the interface is a port of a bridge of that name from the start.
    """
    size = size or Size()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="reconciler-xen-")))
        port = _free_port()
        keys = make_keys(folder, ADDRESS, port)
        ramdisk = write_ramdisk(folder, image.ramdisk, name, keys, bridge)
        console = folder / "console"
        command = _command(image, name, ramdisk, console, port, size)
        process = stack.enter_context(_qemu(command, folder / "qemu", tap))
        shell = Shell(folder, ADDRESS, port, keys)
        stack.callback(shell.close)
        _wait(process, console, folder / "qemu", boot_s)
        shell.connect(timeout_s=60)
        yield Node(name, ADDRESS, port, keys, shell, console, process.pid)


def _command(image: Image, name: str, ramdisk: Path, console: Path, port: int, size: Size) -> list[str]:
    xen = f"{_XEN} dom0_mem={size.dom0_mib}M,max:{size.dom0_mib}M"
    modules = f"{_quoted(image.kernel)} {_quoted(_LINUX)},{_quoted(ramdisk)}"
    return [
        # dies with the test run, even when that is killed
        *("setpriv", "--pdeathsig", "KILL", "qemu-system-x86_64", "-name", name),
        *("-accel", "tcg,thread=multi,tb-size=256", "-cpu", "qemu64", "-m", str(size.memory_mib), "-smp", "1"),
        *("-nodefaults", "-no-user-config", "-display", "none", "-vga", "none", "-no-reboot"),
        *("-kernel", str(image.hypervisor), "-append", xen, "-initrd", modules),
        *("-drive", f"if=none,id=root,file={image.root},format=raw,readonly=on,file.locking=off"),
        *("-device", "virtio-blk-pci,drive=root", "-device", "virtio-rng-pci"),
        *("-netdev", f"user,id=management,restrict=on,hostfwd=tcp:{ADDRESS}:{port}-:22"),
        *("-device", "virtio-net-pci,netdev=management,mac=52:54:00:77:01:01,romfile="),
        *("-chardev", f"file,id=console,path={console}", "-serial", "chardev:console"),
    ]


@contextmanager
def _qemu(command: list[str], log: Path, tap: Tap | None) -> Iterator[subprocess.Popen[bytes]]:
    with ExitStack() as start:
        inherited: tuple[int, ...] = ()
        if tap is not None:
            inherited = (start.enter_context(tap.opened()),)
            command = [
                *(*command, "-netdev", f"tap,id=trunk,fd={inherited[0]}"),
                *("-device", f"virtio-net-pci,netdev=trunk,mac={TRUNK_MAC},romfile="),
            ]
        output = start.enter_context(log.open("wb"))
        process = subprocess.Popen(
            command, pass_fds=inherited, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _wait(process: subprocess.Popen[bytes], console: Path, log: Path, boot_s: float) -> None:
    """Watch the console, not the SSH port: each attempt to log in costs the booting node a second."""
    deadline = time.monotonic() + boot_s
    while b"DOM0-READY" not in (console.read_bytes() if console.exists() else b""):
        if process.poll() is not None or time.monotonic() > deadline:
            said = (log.read_text(errors="replace") + console.read_text(errors="replace"))[-2000:]
            raise NotBooted(f"the node did not come up (QEMU's status: {process.poll()}); it said: {said}")
        time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((ADDRESS, 0))
        port: int = probe.getsockname()[1]
        return port


def _quoted(value: object) -> str:
    """QEMU separates the modules of ``-initrd`` with commas; a doubled one stands for itself."""
    return str(value).replace(",", ",,")
