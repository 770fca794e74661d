"""One virtual machine on a host, and how it follows what it was told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from reconciler.lab.host.devices import VirtualDisk, VirtualNic


class Life(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"
    SHUT_DOWN = "shut down"
    """The guest has ended; the toolstack takes the domain away in a moment."""
    CRASHED = "crashed"
    """Dead and kept, because its configuration says ``on_crash = "preserve"``."""
    ZOMBIE = "zombie"
    """Destroyed, and something still holds its memory and devices."""


@dataclass(frozen=True, slots=True)
class DomainConfig:
    """What `xl create` was given.  Memory in KiB, as Xen counts."""

    name: str
    uuid: str
    kind: str
    kernel: str
    ramdisk: str
    cmdline: str
    max_memory_kib: int
    memory_kib: int
    max_vcpus: int
    vcpus: int
    disks: tuple[VirtualDisk, ...] = ()
    nics: tuple[VirtualNic, ...] = ()
    on_crash: str = "destroy"
    on_reboot: str = "restart"
    on_poweroff: str = "destroy"


@dataclass(frozen=True, slots=True)
class LabDomain:
    """``balloon_kib`` and ``online`` are what the guest really has; they follow the configuration at ``settles_at``."""

    id: int
    config: DomainConfig
    life: Life
    started_at: float
    balloon_kib: int
    online: int
    settles_at: float = 0.0
    next_devid: int = 0

    def memory_kib(self, now: float) -> int:
        """What `xl list` prints: the guest gives memory back, or takes it, a moment after it was asked to."""
        if self.life is Life.ZOMBIE:
            return 0
        return self.config.memory_kib if self._settled(now) else self.balloon_kib

    def vcpus(self, now: float) -> int:
        return self.config.vcpus if self._settled(now) else self.online

    def _settled(self, now: float) -> bool:
        """A guest that does not run cannot follow."""
        return self.life is Life.RUNNING and now >= self.settles_at

    def stopped(self, life: Life, now: float) -> LabDomain:
        """The same domain not running any more, with what it had at that moment."""
        return replace(self, life=life, balloon_kib=self.memory_kib(now), online=self.vcpus(now))

    def told(self, config: DomainConfig, now: float, settles_in_s: float) -> LabDomain:
        """The same domain with a new target; until it settles it shows what it has now."""
        return replace(
            self, config=config, balloon_kib=self.memory_kib(now), online=self.vcpus(now), settles_at=now + settles_in_s
        )
