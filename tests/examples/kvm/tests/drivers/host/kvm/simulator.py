"""For the contract suite: the driver on a KVM host in memory, and states to lead it through."""

from __future__ import annotations

from dataclasses import replace

from reconciler.drivers.host.kvm.hypervisor import KVM
from tests.drivers.host.kvm.virsh_tool import Virsh

from reconciler.drivers.host.driver import HostDriver
from reconciler.resources.bridge import Bridge
from reconciler.resources.domain import Domain, Nic
from reconciler.resources.host import Host
from tests.drivers.host.ip_tool import Say
from tests.drivers.host.shell import Shell

PLAIN = Domain(
    name="exp-web-0",
    uuid="0aeb3d1e-5f3a-5f63-9d1c-0c4c2a6f1b11",
    kernel="/boot/vmlinux",
    ramdisk="/boot/domu.cpio",
    arguments="console=ttyS0 quiet tip=10.136.16.1/24",
    memory_mib=256,
    vcpu_count=1,
    nics=(Nic("52:54:00:88:10:01", "xbr701"),),
    mode="hvm",
)
LARGER = replace(PLAIN, memory_mib=512)
TWO_NICS = replace(PLAIN, nics=(*PLAIN.nics, Nic("52:54:00:88:20:01", "xbr702")), vcpu_count=2)
NO_NIC = replace(PLAIN, nics=(), arguments="")
WITH_DISK = replace(PLAIN, disk="/var/lib/reconciler/exp-web-0.img", base_disk="/grid5000/images/base.img")
OTHER_IMAGE = replace(PLAIN, kernel="/boot/vmlinux-2", ramdisk="")

SPECS = {
    "domain": (PLAIN, LARGER, TWO_NICS, NO_NIC, WITH_DISK, replace(WITH_DISK, memory_mib=512), OTHER_IMAGE),
    "host": (Host("/etc/grid5000/release", "debian-xen-1"),),
    "bridge": (Bridge("xbr711", "eth1", 711), Bridge("xbr711", "eth1", 712), Bridge("xbr711", "eth0", 711)),
}
BASES = {"domain": WITH_DISK}
VARIED = {
    "domain": {
        "uuid": replace(WITH_DISK, uuid=PLAIN.uuid[:-1] + "2"),
        "disk": replace(WITH_DISK, disk="/var/lib/reconciler/exp-web-0-2.img"),
        "nics.bridge": replace(WITH_DISK, nics=(Nic("52:54:00:88:10:01", "xbr702"),)),
        "mode": replace(WITH_DISK, mode="pv"),
    }
}
UNSEEN = {
    "domain": {
        "base_disk": "no copy of a disk says of what it is one; the name of the copy is made from the base's",
        "state": "what is wanted always runs: any other state is only ever observed",
        "mode": "this hypervisor makes guests of one mode: the plan refuses any other",
    }
}


class KvmHost(Shell):
    def __init__(self) -> None:
        super().__init__()
        self.virsh = Virsh(self.files, self.ip.links, self.mutations)

    def _do_virsh(self, words: list[str], body: str, say: Say, fail: Say) -> int:
        return self.virsh(words, say, fail)


def ready_host() -> KvmHost:
    """With the bridges of two VLANs, which the domains hang on."""
    host = KvmHost()
    for vid in (701, 702):
        host.ip.links[f"xbr{vid}"] = {"ifname": f"xbr{vid}", "flags": ["UP"], "linkinfo": {"info_kind": "bridge"}}
    return host


def make() -> HostDriver:
    return HostDriver(ready_host(), KVM)
