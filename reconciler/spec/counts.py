"""How many, and how much, documents ask for: what checks and allocation both count by.  Pure."""

from __future__ import annotations

import re
from functools import lru_cache

from reconciler.spec.environment import Environment
from reconciler.spec.experiment import NodeGroup, VmGroup

_DOM0_MEMORY = re.compile(r"(?:^| )dom0_mem=([0-9]+)([KMGkmg]?)")
_DOM0_DEFAULT_MIB = 512


def wanted_count(group: NodeGroup) -> int:
    return len(group.nodes) if group.nodes is not None else group.count or 0


def enough_nodes(group: NodeGroup) -> int:
    """With how many imaged nodes a group is taken to be complete."""
    return wanted_count(group) if group.min_ready is None else group.min_ready


def vm_count(vms: VmGroup, nodes: NodeGroup) -> int:
    return vms.count if vms.count is not None else (vms.per_host or 0) * wanted_count(nodes)


def dom0_memory_mib(environment: Environment | None) -> int:
    """What the hypervisor's parameters keep for dom0; Xen reads a bare number as KiB."""
    boot = environment.spec.boot if environment is not None else None
    match = _DOM0_MEMORY.search(boot.hypervisor_params) if boot is not None else None
    if match is None:
        return _DOM0_DEFAULT_MIB
    kib = int(match[1]) * {"": 1, "k": 1, "m": 1024, "g": 1024 * 1024}[match[2].lower()]
    return -(-kib // 1024)


@lru_cache(maxsize=65536)
def natural(name: str) -> tuple[tuple[int, int | str], ...]:
    """Sort key that puts ``griffon-9`` before ``griffon-10``."""
    return tuple((0, int(part)) if part.isdigit() else (1, part) for part in re.split(r"([0-9]+)", name) if part)
