"""Environment (an image for nodes) and DiskImage (for domUs)."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from reconciler.spec.document import Document, Strict
from reconciler.spec.scalars import EnvironmentName, HostPath, KernelArguments, SizeMib


class OsKind(StrEnum):
    LINUX = "linux"
    XEN = "xen"
    OTHER = "other"


class ImageKind(StrEnum):
    TAR = "tar"
    DD = "dd"


class ImageFile(Strict):
    file: str = Field(pattern=r"^(server://|http://|https://|local://)?/?[A-Za-z0-9_./:+-]{1,250}$")
    kind: ImageKind = ImageKind.TAR
    compression: Literal["gzip", "bzip2", "xz", "zstd"] = "gzip"


class Boot(Strict):
    """How the image boots: a kernel (with a hypervisor under it for Xen), or the next boot loader in `chainload`."""

    kernel: HostPath | None = None
    initrd: HostPath | None = None
    kernel_params: KernelArguments = ""
    hypervisor: HostPath | None = None
    hypervisor_params: KernelArguments = ""
    """`dom0_mem` here says how much of a node's memory domUs cannot have."""
    chainload: str | None = Field(default=None, pattern=r"^[A-Za-z0-9()+/,_-]{1,60}$")


class Fingerprint(Strict):
    """How the running image proves itself over SSH: the first line of a file."""

    file: HostPath = "/etc/grid5000/release"
    text: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_. +-]{0,100}$")


class EnvironmentSpec(Strict):
    environment: EnvironmentName | None = None
    """The deployer's name for it, when it is not `metadata.name`."""
    version: int = Field(default=1, ge=1)
    owner: str = Field(default="root", pattern=r"^[a-z_][a-z0-9_-]{0,31}$")
    os: OsKind = OsKind.LINUX
    image: ImageFile | None = None
    boot: Boot | None = None
    filesystem: Literal["ext2", "ext3", "ext4", "xfs", "btrfs"] = "ext4"
    fingerprint: Fingerprint | None = None


class Environment(Document):
    """An operating system image that a deployer puts on nodes."""

    kind: Literal["Environment"]
    spec: EnvironmentSpec


class GuestMode(StrEnum):
    PV = "pv"
    HVM = "hvm"


class DiskImageSpec(Strict):
    """What a domU boots from; the files are on the hosts' image."""

    mode: GuestMode = GuestMode.PV
    kernel: HostPath
    ramdisk: HostPath | None = None
    disk: HostPath | None = None
    """A raw disk image on the host; every VM gets a copy of its own."""
    arguments: KernelArguments = ""
    """The guest kernel's command line; `{address}`, `{prefixLength}`, `{gateway}`, `{hostname}` and `{mac}` are filled in."""
    min_memory: SizeMib = 64


class DiskImage(Document):
    """An image that virtual machines run from."""

    kind: Literal["DiskImage"]
    spec: DiskImageSpec
