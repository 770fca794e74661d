"""Debian packages, unpacked and never installed: no chroot, no maintainer script, seconds instead of minutes."""

from __future__ import annotations

import gzip
import re
import shutil
import subprocess
from pathlib import Path

from tests.live.xen.kernel import Kernel
from tests.live.xen.process import ProgramFailed, run

PROGRAMS = {
    "qemu-system-x86_64": "qemu-system-x86",
    "mmdebstrap": "mmdebstrap",
    "mksquashfs": "squashfs-tools",
    "cpio": "cpio",
    "depmod": "kmod",
    "ssh": "openssh-client",
    "setpriv": "util-linux",
    "ip": "iproute2",
}
"""What the harness runs on the test machine, and Debian's packages that have it."""

SUITE = "bookworm"
HYPERVISOR = "xen-hypervisor-4.17-amd64"
ROOT_PACKAGES = (
    *("base-files", "base-passwd", "bash", "coreutils", "dash", "sed", "grep", "findutils", "mawk", "procps", "kmod"),
    *("util-linux", "mount", "hostname", "netbase", "busybox-static", "iproute2", "bridge-utils", "iputils-ping"),
    *("openssh-server", "xen-utils-4.17", "xenstore-utils"),
)
KERNEL_PARTS = (
    *("./boot/*", "./lib/modules/*/modules.*"),
    *("./lib/modules/*/kernel/drivers/block/*", "./lib/modules/*/kernel/drivers/net/*.ko"),
    *("./lib/modules/*/kernel/drivers/net/xen*", "./lib/modules/*/kernel/drivers/virtio/*"),
    *("./lib/modules/*/kernel/drivers/xen/*", "./lib/modules/*/kernel/fs/squashfs/*"),
    *("./lib/modules/*/kernel/fs/overlayfs/*", "./lib/modules/*/kernel/net/*", "./lib/modules/*/kernel/lib/*"),
)


class NoPackages(RuntimeError):
    """apt's package lists do not have what the image is made of."""


def kernel_package() -> str:
    """The package behind ``linux-image-amd64``, e.g. ``linux-image-6.1.0-50-amd64``."""
    found = re.search(r"Depends: (linux-image-\S+)", run("apt-cache", "depends", "linux-image-amd64"))
    if found is None:
        raise NoPackages(f"apt knows no kernel behind linux-image-amd64: run apt-get update (Debian {SUITE})")
    return found[1]


def versions() -> dict[str, str]:
    """What decides that an image has to be built anew: the packages whose behaviour the tests record."""
    named = (HYPERVISOR, "xen-utils-4.17", "iproute2", "openssh-server", "busybox-static", kernel_package())
    found = dict(re.findall(r"(?m)^(\S+):\n.*\n  Candidate: (\S+)", run("apt-cache", "policy", *named)))
    for package in named:
        if found.get(package, "(none)") == "(none)":
            raise NoPackages(f"apt knows no package {package}: run apt-get update with the sources of Debian {SUITE}")
    return found


def unpack_root(root: Path) -> None:
    """Unpack the packages of dom0 with all they depend on."""
    packages = ",".join(ROOT_PACKAGES)
    run("mmdebstrap", "--quiet", "--mode=root", "--variant=extract", f"--include={packages}", SUITE, root)


def unpack_kernel(work: Path) -> Kernel:
    """Unpack the tenth of the kernel package that we use."""
    package = kernel_package()
    tree = work / "kernel"
    _unpack(_download(package, work), tree, KERNEL_PARTS)
    version = package.removeprefix("linux-image-")
    run("depmod", "-b", tree, version)
    return Kernel(version, tree)


def unpack_hypervisor(work: Path, target: Path) -> None:
    """Write the hypervisor as the multiboot ELF that QEMU's ``-kernel`` takes."""
    tree = work / "hypervisor"
    _unpack(_download(HYPERVISOR, work), tree, ("./boot/*.gz",))
    (packed,) = (tree / "boot").glob("xen-*.gz")
    with gzip.open(packed) as source, target.open("wb") as sink:
        shutil.copyfileobj(source, sink)


def _download(package: str, work: Path) -> Path:
    folder = work / f"download-{package}"
    folder.mkdir()
    # apt fetches as the user _apt when it may write here, and warns when it may not
    folder.chmod(0o777)
    run("apt-get", "-qq", "download", package, cwd=folder)
    (archive,) = folder.glob("*.deb")
    return archive


def _unpack(archive: Path, target: Path, parts: tuple[str, ...]) -> None:
    target.mkdir()
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", archive], stdout=subprocess.PIPE) as source:
        subprocess.run(["tar", "-x", "-C", target, "--wildcards", *parts], stdin=source.stdout, check=True)
    if source.returncode:
        raise ProgramFailed(f"dpkg-deb: {archive.name} cannot be unpacked (status {source.returncode})")
