"""Environment (an image for nodes) and DiskImage (for domUs)."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from reconciler.spec.document import Document, Strict
from reconciler.spec.scalars import (
    ChainloadTarget,
    DriverName,
    EnvironmentName,
    FingerprintText,
    GuestArguments,
    HostPath,
    ImageLocation,
    KernelArguments,
    SizeMib,
    UserName,
)


class OsKind(StrEnum):
    LINUX = "linux"
    """A Linux kernel on the bare node."""
    XEN = "xen"
    """A Xen hypervisor and its dom0: such nodes can host VMs."""
    OTHER = "other"
    """Anything else; it brings its own boot loader."""


class ImageKind(StrEnum):
    TAR = "tar"
    """An archive of files: the deployer makes the file system and the boot loader."""
    DD = "dd"
    """A copy of a partition, boot loader included."""


class ImageFile(Strict):
    """The image itself, as the deployer finds it."""

    file: ImageLocation
    """Path or URL, e.g. `server:///grid5000/images/debian.tar.zst`."""
    kind: ImageKind = ImageKind.TAR
    """How the image is packed."""
    compression: Literal["gzip", "bzip2", "xz", "zstd"] = "gzip"
    """How the image is compressed."""


class Boot(Strict):
    """How the image boots: a kernel (with a hypervisor under it for Xen), or the next boot loader in `chainload`."""

    kernel: HostPath | None = None
    """Path of the kernel inside the image; a `tar` image needs it."""
    initrd: HostPath | None = None
    """Path of the initial RAM disk inside the image."""
    kernel_params: KernelArguments = ""
    """The kernel's command line."""
    hypervisor: HostPath | None = None
    """Path of the hypervisor inside the image; `os: xen` with a `tar` image needs it."""
    hypervisor_params: KernelArguments = ""
    """`dom0_mem` here says how much of a node's memory domUs cannot have."""
    chainload: ChainloadTarget | None = None
    """Where the next boot loader is, e.g. `"+1"` (in quotes) or `(hd0,3)+1`; instead of a kernel."""


class Fingerprint(Strict):
    """How the running image proves itself over SSH: the first line of a file."""

    file: HostPath = "/etc/grid5000/release"
    """The file that is read."""
    text: FingerprintText
    """What its first line must be."""


class EnvironmentSpec(Strict):
    """An image for nodes.  Without `image` it must be registered with the deployer already."""

    environment: EnvironmentName | None = None
    """The deployer's name for it, when it is not `metadata.name`."""
    version: int = Field(default=1, ge=1)
    """The version registered with the deployer; another version is another image."""
    owner: UserName = "root"
    """The deployer's user who owns it."""
    os: OsKind = OsKind.LINUX
    """What boots."""
    hypervisor: DriverName | None = None
    """The driver of what runs VMs on nodes with this image; `xen` for `os: xen`, else none: they host no VMs."""
    image: ImageFile | None = None
    """Where the image is; to register it with a deployer that does not know it."""
    boot: Boot | None = None
    """How it boots."""
    filesystem: Literal["ext2", "ext3", "ext4", "xfs", "btrfs"] = "ext4"
    """What the deployer formats the partition with, for a `tar` image."""
    fingerprint: Fingerprint | None = None
    """How a node proves that it runs this image; without it we believe the deployer."""

    @property
    def hosting(self) -> str | None:
        """The driver of what runs VMs on nodes with this image; None where nothing does."""
        return self.hypervisor or (self.os.value if self.os is OsKind.XEN else None)


class Environment(Document):
    """An operating system image that a deployer puts on nodes."""

    kind: Literal["Environment"]
    """What the document is."""
    spec: EnvironmentSpec
    """The image."""


class GuestMode(StrEnum):
    PV = "pv"
    """The guest's kernel knows that it runs on Xen; any processor will do."""
    HVM = "hvm"
    """The guest sees ordinary hardware; the nodes need hardware virtualisation."""


class DiskImageSpec(Strict):
    """What a domU boots from; the files are on the hosts' image."""

    mode: GuestMode = GuestMode.PV
    """How the guest is virtualised."""
    kernel: HostPath
    """Path of the guest's kernel on the host."""
    ramdisk: HostPath | None = None
    """Path of the guest's initial RAM disk on the host."""
    disk: HostPath | None = None
    """A raw disk image on the host; every VM gets a copy of its own."""
    arguments: GuestArguments = ""
    """The guest kernel's command line; we fill in `{address}`, `{prefixLength}`, `{gateway}`, `{hostname}`, `{mac}`."""
    min_memory: SizeMib = 64
    """A VM with less is refused."""


class DiskImage(Document):
    """An image that virtual machines run from."""

    kind: Literal["DiskImage"]
    """What the document is."""
    spec: DiskImageSpec
    """The image."""
