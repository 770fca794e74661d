"""The machines that reconcilers run on: who lives there, and what can be proved from which of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from reconciler.store.process import Process


@dataclass(slots=True)
class Machines:
    """``living`` holds the process ids of each machine."""

    living: set[tuple[str, int]] = field(default_factory=set)
    boots: dict[str, int] = field(default_factory=dict)
    skews_s: dict[str, float] = field(default_factory=dict)
    _count: int = 0

    def start(self, machine: str) -> Process:
        self._count += 1
        self.living.add((machine, self._count))
        return Process(machine, machine, str(self.boots.get(machine, 0)), "pids", self._count, self._count)

    def nobody(self, machine: str) -> Process:
        """One that only reads there."""
        return Process(machine, machine, str(self.boots.get(machine, 0)), "pids", 0, 0)

    def end(self, process: Process) -> None:
        self.living.discard((process.machine, process.pid))

    def restart(self, machine: str) -> None:
        self.boots[machine] = self.boots.get(machine, 0) + 1
        self.living = {alive for alive in self.living if alive[0] != machine}

    def is_alive(self, process: Process) -> bool:
        return (process.machine, process.pid) in self.living


@dataclass(frozen=True, slots=True)
class Place:
    """What one process sees of the machines: the product's ``Machine``."""

    machines: Machines
    process: Process

    def me(self) -> Process:
        return self.process

    def is_over(self, process: Process) -> bool:
        if process.machine != self.process.machine:
            return False
        return process.boot != self.process.boot or not self.machines.is_alive(process)
