"""dom0's root file system: what the packages' maintainer scripts would have done, and the node's own files."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from tests.live.xen.archive import pack
from tests.live.xen.kernel import Kernel
from tests.live.xen.process import run

FILES = Path(__file__).parent / "files"
FINGERPRINT_FILE = "/etc/grid5000/release"
FINGERPRINT = "debian12-x64-xen-4.17"
GUEST_KERNEL = "/var/lib/xen/images/vmlinux"
GUEST_RAMDISK = "/var/lib/xen/images/domu.cpio"

DOM0_MODULES = (
    *("virtio_pci", "virtio_blk", "virtio_net", "squashfs", "overlay", "bridge", "8021q", "tun", "loop"),
    *("xen-evtchn", "xen-gntdev", "xen-gntalloc", "xen-privcmd", "xenfs", "xen-netback", "xen-blkback"),
)
STAGE1_MODULES = ("virtio_pci", "virtio_blk", "squashfs", "overlay")
GUEST_MODULES = ("xen-netfront", "xen-blkfront")
UNUSED = (
    *("usr/share/man", "usr/share/locale", "usr/share/info", "usr/share/doc", "usr/share/perl", "usr/share/qemu"),
    *("usr/lib/x86_64-linux-gnu/perl", "usr/lib/x86_64-linux-gnu/gconv", "usr/lib/x86_64-linux-gnu/systemd"),
    *("usr/lib/xen-4.17/boot", "usr/lib/udev/hwdb.d", "var/cache", "var/lib/apt"),
)


def finish(root: Path, kernel: Kernel, elf: Path) -> None:
    """Turn unpacked packages into a root file system that boots as dom0."""
    _accounts(root)
    _links(root)
    for folder in ("proc", "sys", "dev", "run", "tmp", "mnt", "seed", "root/.ssh", "var/log/xen", "var/lib/xen/images"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / "root").chmod(0o700)
    (root / "root/.ssh").chmod(0o700)
    for path in UNUSED:
        shutil.rmtree(root / path, ignore_errors=True)
    run("ldconfig", "-r", root)
    kernel.install_modules(DOM0_MODULES, root)
    shutil.copy(elf, root / GUEST_KERNEL[1:])
    (root / GUEST_RAMDISK[1:]).write_bytes(guest_ramdisk(root, kernel))
    _settings(root)


def stage1_ramdisk(root: Path, kernel: Kernel) -> bytes:
    """The initramfs that dom0's kernel starts with; it mounts the image and goes on there."""
    folder = root.parent / "stage1"
    _small_root(folder, root, "stage1-init", ("image", "layer", "new", "seed"))
    kernel.copy_modules(STAGE1_MODULES, folder / "modules")
    return pack(folder)


def guest_ramdisk(root: Path, kernel: Kernel) -> bytes:
    """The whole of a test guest: busybox, two drivers, and an address from the kernel's arguments."""
    folder = root.parent / "guest"
    _small_root(folder, root, "domu-init", ("sbin",))
    kernel.copy_modules(GUEST_MODULES, folder / "modules")
    for verb in ("poweroff", "reboot"):  # what the kernel runs for xl shutdown and xl reboot
        _write(folder / "sbin" / verb, f"#!/bin/sh\nexec /bin/busybox {verb} -f\n", mode=0o755)
    return pack(folder)


def _small_root(folder: Path, root: Path, init: str, more: tuple[str, ...]) -> None:
    for name in ("bin", "proc", "sys", "dev", *more):
        (folder / name).mkdir(parents=True)
    shutil.copy(root / "bin/busybox", folder / "bin/busybox")
    (folder / "bin/sh").symlink_to("busybox")
    _write(folder / "init", (FILES / init).read_text(), mode=0o755)


def _accounts(root: Path) -> None:
    master = root / "usr/share/base-passwd"
    users = (master / "passwd.master").read_text()
    users = re.sub(r"(?m)^root:.*$", "root:x:0:0:root:/root:/bin/bash", users)
    users += "sshd:x:101:65534::/run/sshd:/usr/sbin/nologin\n"
    (root / "etc/passwd").write_text(users)
    shutil.copy(master / "group.master", root / "etc/group")
    shadow = "".join(f"{line.split(':')[0]}:*:19000:0:99999:7:::\n" for line in users.splitlines())
    _write(root / "etc/shadow", shadow, mode=0o640)


def _links(root: Path) -> None:
    _link(root / "bin/sh", "dash")
    _link(root / "usr/bin/awk", "mawk")
    _link(root / "usr/bin/which", "which.debianutils")
    _link(root / "sbin/init", "/bin/busybox")
    _link(root / "var/run", "/run")
    _link(root / "var/lock", "/run/lock")
    folders = [root / folder for folder in ("bin", "sbin", "usr/bin", "usr/sbin")]
    for applet in run(root / "bin/busybox", "--list").split():  # stands in for the small tools we did not unpack
        if not any((folder / applet).exists() or (folder / applet).is_symlink() for folder in folders):
            _link(root / "usr/local/bin" / applet, "/bin/busybox")


def _settings(root: Path) -> None:
    for name, target, mode in (
        ("dom0-rc", "etc/dom0-rc", 0o755),
        ("inittab", "etc/inittab", 0o644),
        ("xl.conf", "etc/xen/xl.conf", 0o644),
        ("sshd_config", "etc/ssh/sshd_config", 0o644),
    ):
        _write(root / target, (FILES / name).read_text(), mode=mode)
    for key in (root / "etc/ssh").glob("ssh_host_*"):
        key.unlink()
    _write(root / FINGERPRINT_FILE[1:], FINGERPRINT + "\n", mode=0o644)


def _write(path: Path, text: str, *, mode: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)


def _link(path: Path, target: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    path.symlink_to(target)
