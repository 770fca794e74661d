"""Pack a folder as the cpio archive that the kernel takes for an initramfs."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.live.xen.process import ProgramFailed


def pack(folder: Path) -> bytes:
    """The folder's content, owned by root.  Archives may be concatenated: each is padded to 512 bytes."""
    names = sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))
    packed = subprocess.run(
        ["cpio", "--quiet", "--create", "--format=newc", "--owner=0:0"],
        cwd=folder,
        input="\n".join(names).encode(),
        capture_output=True,
        check=False,
    )
    if packed.returncode:
        raise ProgramFailed(f"cpio: {packed.stderr.decode(errors='replace')[-500:]}")
    return packed.stdout
