"""For the contract suite: the driver on a dom0 in memory, and states to lead it through."""

from __future__ import annotations

from dataclasses import replace

from reconciler.drivers.host.driver import HostDriver
from reconciler.drivers.host.xen.hypervisor import XEN
from reconciler.resources.bridge import Bridge
from reconciler.resources.domain import Domain, Nic
from reconciler.resources.host import Host
from tests.drivers.host.xen.dom0 import Dom0

UUID = "0aeb3d1e-5f3a-5f63-9d1c-0c4c2a6f1b11"
DISK = "/var/lib/reconciler/exp-web-0.img"

PLAIN = Domain(
    name="exp-web-0",
    uuid=UUID,
    kernel="/boot/vmlinux",
    ramdisk="/boot/domu.cpio",
    arguments="console=hvc0 quiet tip=10.136.16.1/24",
    memory_mib=256,
    vcpu_count=1,
    nics=(Nic("00:16:3e:88:10:01", "xbr701"),),
)
LARGER = replace(PLAIN, memory_mib=512)
TWO_NICS = replace(PLAIN, nics=(*PLAIN.nics, Nic("00:16:3e:88:20:01", "xbr702")))
NO_NIC = replace(PLAIN, nics=(), arguments="")
SWAPPED = replace(TWO_NICS, nics=TWO_NICS.nics[::-1], vcpu_count=2)
WITH_DISK = replace(PLAIN, disk=DISK, base_disk="/grid5000/images/base.img")
OTHER_IMAGE = replace(PLAIN, kernel="/boot/vmlinux-2", ramdisk="")

SPECS = {
    "domain": (PLAIN, LARGER, TWO_NICS, NO_NIC, SWAPPED, WITH_DISK, OTHER_IMAGE),
    "host": (Host("/etc/grid5000/release", "debian-xen-1"),),
    "bridge": (Bridge("xbr711", "eth1", 711), Bridge("xbr711", "eth1", 712), Bridge("xbr711", "eth0", 711)),
}
BASES = {"domain": WITH_DISK}
VARIED = {
    "domain": {
        "uuid": replace(WITH_DISK, uuid=UUID[:-1] + "2"),
        "disk": replace(WITH_DISK, disk=DISK.replace("web-0", "web-0-2")),
        "mode": replace(WITH_DISK, mode="hvm"),
        "nics.bridge": replace(WITH_DISK, nics=(Nic("00:16:3e:88:10:01", "xbr702"),)),
    }
}
UNSEEN = {
    "domain": {
        "base_disk": "no copy of a disk says of what it is one; the name of the copy is made from the base's",
        "state": "what is wanted always runs: any other state is only ever observed",
    }
}


def ready_dom0() -> Dom0:
    """With the bridges of two VLANs, which the domains hang on."""
    dom0 = Dom0()
    for vid in (701, 702):
        dom0.run("h1", _bridge(vid), deadline_s=1)
    dom0.scripts.clear()
    dom0.mutations.clear()
    return dom0


def _bridge(vid: int) -> str:
    add = f"ip link add link eth1 name eth1.{vid} type vlan id {vid} && ip link add name xbr{vid} type bridge"
    ups = " && ".join(f"ip link set dev {name} up" for name in ("eth1", f"eth1.{vid}", f"xbr{vid}"))
    return f"{add}\nip link set dev eth1.{vid} master xbr{vid} && {ups}\n"


def make() -> HostDriver:
    return HostDriver(ready_dom0(), XEN)
