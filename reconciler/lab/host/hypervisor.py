"""The domains of one host, and the memory they share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reconciler.lab.host.domain import DomainConfig, LabDomain, Life

XEN_MIB = 48
"""What the hypervisor itself takes."""
DOMAIN_OVERHEAD_KIB = 1024
"""Page tables and rings of one domain, beyond its own memory."""


class Hypervisor:
    """Domains by id.  Names are the toolstack's business, not Xen's: two may have one name only if nobody checks."""

    def __init__(self, *, memory_mib: int, dom0_mib: int, cores: int) -> None:
        self.memory_mib = memory_mib
        self.dom0_mib = dom0_mib
        self.cores = cores
        self._domains: dict[int, LabDomain] = {}
        self._last_id = 0

    def __iter__(self) -> Iterator[LabDomain]:
        return iter(sorted(self._domains.values(), key=lambda domain: domain.id))

    @property
    def last_id(self) -> int:
        return self._last_id

    def free_kib(self, now: float) -> int:
        """What no domain has or was promised."""
        used = sum(max(domain.config.memory_kib, domain.memory_kib(now)) + DOMAIN_OVERHEAD_KIB for domain in self)
        return max(0, (self.memory_mib - self.dom0_mib - XEN_MIB) * 1024 - used)

    def load(self, domains: Iterable[LabDomain], last_id: int) -> None:
        self._domains = {domain.id: domain for domain in domains}
        self._last_id = last_id

    def find(self, name: str) -> LabDomain | None:
        """By name, else by number; a zombie has no name any more."""
        for domain in self:
            if domain.config.name == name and domain.life is not Life.ZOMBIE:
                return domain
        return self._domains.get(int(name)) if name.isdecimal() else None

    def take_id(self) -> int:
        """Numbers are never used twice in one boot, not even after a failure."""
        self._last_id += 1
        return self._last_id

    def add(self, number: int, config: DomainConfig, now: float, *, paused: bool) -> LabDomain:
        life = Life.PAUSED if paused else Life.RUNNING
        domain = LabDomain(number, config, life, now, config.memory_kib, config.vcpus, next_devid=len(config.nics))
        self._domains[number] = domain
        return domain

    def put(self, domain: LabDomain) -> None:
        """Replace a domain by its next state; nothing happens when it has gone meanwhile."""
        if domain.id in self._domains:
            self._domains[domain.id] = domain

    def remove(self, domain: LabDomain) -> None:
        self._domains.pop(domain.id, None)
