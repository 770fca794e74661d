"""What makes one node out of the shared image: its name, its keys, its bridge; appended to the first ramdisk."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.live.xen.archive import pack
from tests.live.xen.process import run


@dataclass(frozen=True, slots=True)
class Keys:
    """Made for one node and gone with it: the node's host key, and the key that may log in as root."""

    folder: Path

    @property
    def identity_file(self) -> Path:
        return self.folder / "identity"

    @property
    def known_hosts(self) -> Path:
        return self.folder / "known_hosts"

    @property
    def host_key(self) -> str:
        """The public host key as it is pinned: ``ssh-ed25519 AAAA…``."""
        return " ".join((self.folder / "host.pub").read_text().split()[:2])


def make_keys(folder: Path, address: str, port: int) -> Keys:
    """Generate both pairs, and a known_hosts that trusts this node's key and no other."""
    for name in ("identity", "host"):
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", folder / name)
    keys = Keys(folder)
    keys.known_hosts.write_text(f"[{address}]:{port} {keys.host_key}\n")
    return keys


def write_ramdisk(folder: Path, stage1: Path, name: str, keys: Keys, bridge: str) -> Path:
    """Join the image's first stage and this node's seed."""
    seed = folder / "seed-tree" / "seed"
    seed.mkdir(parents=True)
    (seed / "hostname").write_text(name + "\n")
    (seed / "bridge").write_text(bridge + "\n")
    (seed / "authorized_keys").write_text((keys.folder / "identity.pub").read_text())
    (seed / "ssh_host_ed25519_key").write_text((keys.folder / "host").read_text())
    ramdisk = folder / "ramdisk.cpio"
    ramdisk.write_bytes(stage1.read_bytes() + pack(seed.parent))
    return ramdisk
