"""What every xl verb works on, and the words it has for what goes wrong."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from reconciler.lab.host.call import Call
from reconciler.lab.host.devices import VirtualNic
from reconciler.lab.host.domain import LabDomain
from reconciler.lab.host.files import FileTree
from reconciler.lab.host.hypervisor import Hypervisor
from reconciler.lab.host.links import LinkKind, LinkTable
from reconciler.lab.host.pace import Pace

VIF_SCRIPT = "/etc/xen/scripts/vif-bridge"


class Mishaps(Protocol):
    """What has been broken on purpose."""

    def take(self, kind: str) -> bool:
        """Whether it happens this time; a mishap with a count is used up by it."""
        ...


@dataclass(frozen=True, slots=True)
class Toolstack:
    """``hvm`` is whether the processors can run unmodified guests."""

    hypervisor: Hypervisor
    files: FileTree
    links: LinkTable
    pace: Pace
    chance: random.Random
    mishaps: Mishaps
    now: Callable[[], float]
    hvm: bool
    name: str

    def find(self, call: Call, name: str) -> LabDomain | None:
        """The domain, after saying so when there is none."""
        domain = self.hypervisor.find(name)
        if domain is None:
            call.complain(f"{name} is an invalid domain identifier (rc=-6)\n")
        return domain

    def plug(self, domain_id: int, nic: VirtualNic) -> bool:
        """Run the hotplug script of one interface: False when the bridge is not there."""
        bridge = self.links.get(nic.bridge)
        if bridge is None or bridge.kind is not LinkKind.BRIDGE or not self._has_script(nic):
            return False
        self.links.add(vif_name(domain_id, nic.devid), LinkKind.VIF, "fe:ff:ff:ff:ff:ff", up=True, master=nic.bridge)
        return True

    def unplug(self, domain_id: int, nic: VirtualNic) -> None:
        self.links.drop(vif_name(domain_id, nic.devid))

    def with_mac(self, nic: VirtualNic) -> VirtualNic:
        """libxl makes up an address under Xen's prefix where none was given."""
        if nic.mac:
            return nic
        tail = ":".join(f"{self.chance.randrange(256):02x}" for _ in range(3))
        return replace(nic, mac=f"00:16:3e:{tail}")

    def remove(self, domain: LabDomain) -> None:
        """The domain and its back ends go."""
        for nic in domain.config.nics:
            self.unplug(domain.id, nic)
        self.hypervisor.remove(domain)

    def script_failure(self, nic: VirtualNic, direction: str = "online") -> str:
        """What libxl prints when the hotplug script is not there, or found no bridge."""
        process, script = self.chance.randrange(300, 30000), script_path(nic)
        where = "libxl: error: libxl_exec.c:117:libxl_report_child_exitstatus"
        exited = f"{where}: {script} {direction} [{process}] exited with"
        if not self._has_script(nic):
            return f"libxl: cannot execute {script}: No such file or directory\n{exited} error status 255\n"
        return (
            f"{exited} error status 1\nlibxl: error: libxl_device.c:1337:device_hotplug_child_death_cb: script: "
            f"Could not find bridge device {nic.bridge}\n"
        )

    def _has_script(self, nic: VirtualNic) -> bool:
        return script_path(nic) == VIF_SCRIPT or self.files.is_file(script_path(nic))


def script_path(nic: VirtualNic) -> str:
    """Where the hotplug script is; a bare name is one of Xen's own."""
    if not nic.script:
        return VIF_SCRIPT
    return nic.script if nic.script.startswith("/") else f"/etc/xen/scripts/{nic.script}"


def vif_name(domain_id: int, devid: int) -> str:
    return f"vif{domain_id}.{devid}"
