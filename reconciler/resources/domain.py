"""A virtual machine, and what it needs on its host.  Only what a host can report back."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Nic:
    mac: str
    bridge: str


@dataclass(frozen=True, slots=True)
class Domain:
    """``name`` and ``uuid`` are derived from the experiment; ``state`` is ``running`` unless it was seen otherwise.

    ``arguments`` is the guest kernel's command line.  ``disk`` is the path of the domain's own disk on the host, copied
    from ``base_disk``; both are empty for a guest that runs from its ramdisk.  ``mode`` is ``pv`` or ``hvm``.
    """

    name: str
    uuid: str
    kernel: str
    ramdisk: str
    arguments: str
    memory_mib: int
    vcpu_count: int
    nics: tuple[Nic, ...]
    disk: str = ""
    base_disk: str = ""
    state: str = "running"
    mode: str = "pv"
