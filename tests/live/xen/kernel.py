"""Debian's kernel for dom0 and domU: the uncompressed ELF, and the few modules that are needed."""

from __future__ import annotations

import lzma
import shutil
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

from tests.live.xen.process import run


@dataclass(frozen=True, slots=True)
class Kernel:
    """``tree`` holds ``boot/`` and ``lib/modules/<version>/`` as unpacked from the package."""

    version: str
    tree: Path

    def write_elf(self, target: Path) -> None:
        """Unpack the bzImage once, at native speed: under emulation Xen would take seconds for it, per domU."""
        target.write_bytes(unpack_bzimage((self.tree / f"boot/vmlinuz-{self.version}").read_bytes()))

    def modules(self, names: tuple[str, ...]) -> list[Path]:
        """The module files behind these names, dependencies first, in the order to load them."""
        found: dict[Path, None] = {}
        for name in names:
            for line in run("modprobe", "-d", self.tree, "-S", self.version, "-D", name).splitlines():
                verb, _, path = line.strip().partition(" ")
                if verb == "insmod":
                    found[Path(path.strip())] = None
        return list(found)

    def install_modules(self, names: tuple[str, ...], root: Path) -> None:
        """Put the modules where ``modprobe`` finds them, in a root file system."""
        for path in self.modules(names):
            target = root / path.relative_to(self.tree)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
        for index in ("modules.builtin", "modules.builtin.modinfo", "modules.order"):
            shutil.copy(self.tree / "lib/modules" / self.version / index, root / "lib/modules" / self.version)
        run("depmod", "-b", root, self.version)

    def copy_modules(self, names: tuple[str, ...], folder: Path) -> None:
        """Put the modules in one folder, named so that ``insmod *`` loads them in order."""
        folder.mkdir(parents=True)
        for number, path in enumerate(self.modules(names), 10):
            shutil.copy(path, folder / f"{number}-{path.name}")


def unpack_bzimage(image: bytes) -> bytes:
    """Find the compressed ELF inside a bzImage (boot protocol 2.08 and later) and unpack it."""
    if image[0x202:0x206] != b"HdrS":
        raise ValueError("not a bzImage: its header lacks the mark HdrS")
    start = ((image[0x1F1] or 4) + 1) * 512 + struct.unpack_from("<I", image, 0x248)[0]
    payload = image[start : start + struct.unpack_from("<I", image, 0x24C)[0]]
    if payload.startswith(b"\xfd7zXZ\0"):
        elf = lzma.LZMADecompressor(lzma.FORMAT_XZ).decompress(payload)
    elif payload.startswith(b"\x1f\x8b"):
        elf = zlib.decompressobj(31).decompress(payload)
    else:
        raise ValueError(f"this kernel is compressed in a way we do not read: {payload[:6]!r}")
    if not elf.startswith(b"\x7fELF"):
        raise ValueError("the bzImage's payload is not an ELF file")
    return elf
