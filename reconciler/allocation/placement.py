"""Which host gets which VM.  Deterministic; a VM that has a host keeps it while it can."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from reconciler.model.errors import Exhausted
from reconciler.spec.experiment import Placement


@dataclass(slots=True)
class Room:
    """What is left on a host while VMs are being placed: mutable, lives for one placement."""

    memory_mib: int
    vm_count: int = 0

    def take(self, memory_mib: int) -> None:
        self.memory_mib -= memory_mib
        self.vm_count += 1


@dataclass(frozen=True, slots=True)
class Placing:
    """One VM group to place: ``vms`` in index order, each of ``memory_mib``."""

    vms: Sequence[str]
    memory_mib: int
    policy: Placement
    per_host: int = 1
    seed: int = 0


Choose = Callable[[str], str]


def place(
    placing: Placing, hosts: Sequence[str], rooms: Mapping[str, Room], before: Mapping[str, str]
) -> dict[str, str]:
    """Give every VM a host and take its memory from ``rooms``.

    Args:
        hosts: the group's usable hosts, in order.
        rooms: what is left on each host; shared by the groups of one experiment.
        before: where VMs are now; kept where the host is still one of ``hosts``.

    Raises:
        Exhausted: the hosts have not enough memory.
    """
    placed: dict[str, str] = {}
    memory = placing.memory_mib
    usable = set(hosts)
    if placing.policy is not Placement.PER_HOST:
        for vm in placing.vms:
            host = before.get(vm)
            if host in usable and host is not None and rooms[host].memory_mib >= memory:
                placed[vm] = host
                rooms[host].take(memory)
    choose = _CHOOSERS[placing.policy](placing, hosts, rooms)
    for vm in placing.vms:
        if vm not in placed:
            host = choose(vm)
            placed[vm] = host
            rooms[host].take(memory)
    return placed


def _spread(placing: Placing, hosts: Sequence[str], rooms: Mapping[str, Room]) -> Choose:
    heap = [(rooms[host].vm_count, order, host) for order, host in enumerate(hosts)]
    heapify(heap)

    def choose(vm: str) -> str:
        while heap:
            count, order, host = heappop(heap)
            if rooms[host].memory_mib >= placing.memory_mib:
                heappush(heap, (count + 1, order, host))
                return host
        raise _full(vm, placing)

    return choose


def _pack(placing: Placing, hosts: Sequence[str], rooms: Mapping[str, Room]) -> Choose:
    left = list(reversed(hosts))

    def choose(vm: str) -> str:
        while left:
            if rooms[left[-1]].memory_mib >= placing.memory_mib:
                return left[-1]
            left.pop()
        raise _full(vm, placing)

    return choose


def _per_host(placing: Placing, hosts: Sequence[str], rooms: Mapping[str, Room]) -> Choose:
    position = {vm: index for index, vm in enumerate(placing.vms)}

    def choose(vm: str) -> str:
        index = position[vm] // placing.per_host
        if index < len(hosts) and rooms[hosts[index]].memory_mib >= placing.memory_mib:
            return hosts[index]
        raise _full(vm, placing)

    return choose


def _random(placing: Placing, hosts: Sequence[str], rooms: Mapping[str, Room]) -> Choose:
    def choose(vm: str) -> str:
        digest = hashlib.blake2b(f"{placing.seed}/{vm}".encode(), digest_size=8).digest()
        start = int.from_bytes(digest, "big")
        for step in range(len(hosts)):
            host = hosts[(start + step) % len(hosts)]
            if rooms[host].memory_mib >= placing.memory_mib:
                return host
        raise _full(vm, placing)

    return choose


def _full(vm: str, placing: Placing) -> Exhausted:
    return Exhausted(f"no host has {placing.memory_mib} MiB left for VM {vm}; ask for more nodes, or for less memory")


_CHOOSERS: Mapping[Placement, Callable[[Placing, Sequence[str], Mapping[str, Room]], Choose]] = {
    Placement.SPREAD: _spread,
    Placement.PACK: _pack,
    Placement.PER_HOST: _per_host,
    Placement.RANDOM: _random,
}
