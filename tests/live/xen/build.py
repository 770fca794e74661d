"""Build the files a Xen node boots from, once; they are kept under a digest of all that goes into them."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.live.xen import archive, kernel, packages, rootfs
from tests.live.xen.process import run

SOURCES = (archive, kernel, packages, rootfs)


@dataclass(frozen=True, slots=True)
class Image:
    """A folder with what QEMU is given; read-only, shared by all nodes.  It holds no key."""

    folder: Path

    @property
    def hypervisor(self) -> Path:
        return self.folder / "xen"

    @property
    def kernel(self) -> Path:
        return self.folder / "vmlinux"

    @property
    def ramdisk(self) -> Path:
        return self.folder / "stage1.cpio"

    @property
    def root(self) -> Path:
        return self.folder / "root.squashfs"


def cache_folder() -> Path:
    return Path(os.environ.get("RECONCILER_LIVE_CACHE", "/var/tmp/reconciler-live"))


def image() -> Image:
    """The image of today's packages and sources: from the cache, or built now (some ten seconds, as root)."""
    cache = cache_folder()
    cache.mkdir(parents=True, exist_ok=True)
    folder = cache / f"xen-{_digest()}"
    with _lock(cache / "xen.lock"):
        if not folder.exists():
            _forget_old(cache)
            with tempfile.TemporaryDirectory(dir=cache, prefix="building-") as work:
                _build(Path(work)).rename(folder)
        os.utime(folder)
    return Image(folder)


def _build(work: Path) -> Path:
    made = work / "made"
    made.mkdir()
    target = Image(made)
    root = work / "root"
    packages.unpack_root(root)
    linux = packages.unpack_kernel(work)
    packages.unpack_hypervisor(work, target.hypervisor)
    linux.write_elf(target.kernel)
    rootfs.finish(root, linux, target.kernel)
    target.ramdisk.write_bytes(rootfs.stage1_ramdisk(root, linux))
    # lz4: cheap to unpack under emulation
    run("mksquashfs", root, target.root, "-comp", "lz4", "-no-progress", "-quiet", "-no-xattrs", "-b", "128K")
    shutil.rmtree(root)
    return made


def _forget_old(cache: Path) -> None:
    """Images that nobody has used for a day; each takes 150 MB."""
    for folder in cache.glob("xen-*"):
        if folder.stat().st_mtime < time.time() - 24 * 3600:
            shutil.rmtree(folder)


def _digest() -> str:
    parts = [Path(str(module.__file__)) for module in SOURCES] + sorted(rootfs.FILES.iterdir()) + [Path(__file__)]
    digest = hashlib.sha256(json.dumps(packages.versions(), sort_keys=True).encode())
    for path in parts:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    """One build at a time: two test runs on one machine share the cache."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
