"""What a node boots: an operating system image, as far as the lab is concerned with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

FINGERPRINT_FILE = "/etc/grid5000/release"
GUEST_PATHS = ("/var/lib/xen/images/", "/boot/", "/grid5000/images/")


@dataclass(frozen=True, slots=True)
class HostImage:
    """``files`` are small texts on it; ``provides`` names large ones: a path, or a folder with ``/`` at its end.

    ``dom0_memory_mib`` is what the hypervisor keeps for Domain-0; it means nothing on an image without Xen.
    """

    name: str
    version: int
    xen: bool
    dom0_memory_mib: int = 512
    files: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    provides: tuple[str, ...] = ()

    def has(self, path: str) -> bool:
        """Whether the file is on the image; says yes to any name in a folder it provides."""
        if path in self.files:
            return True
        folders = tuple(entry for entry in self.provides if entry.endswith("/"))
        return path in self.provides or (path.startswith(folders) and not path.endswith("/"))


def make_image(name: str, version: int, *, xen: bool, fingerprint: str = "", dom0_memory_mib: int = 512) -> HostImage:
    """An image with its fingerprint file (``<name>-<version>`` unless given); with Xen, guests' files too."""
    text = (fingerprint or f"{name}-{version}") + "\n"
    provides = GUEST_PATHS if xen else ("/boot/",)
    return HostImage(name, version, xen, dom0_memory_mib, MappingProxyType({FINGERPRINT_FILE: text}), provides)


PRODUCTION = make_image("production", 1, xen=False)
"""What a node runs before anybody deployed anything."""

DEPLOYMENT = HostImage("deployment", 1, xen=False)
"""The small system in memory that a deployer boots to write the image; it has no fingerprint."""
