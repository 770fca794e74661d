"""KVM as the family of hosts wants a hypervisor: libvirt's ``virsh``, marks in a domain's metadata.  Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from reconciler.drivers.host.kvm import virsh
from reconciler.drivers.host.kvm.commands import Create, Destroy, Resume, SetMemory

from reconciler.drivers.host.hypervisor import Listing, Live
from reconciler.drivers.host.script import Section, successful
from reconciler.model.plan import Command
from reconciler.resources.domain import Domain

_GUEST_PORTS = re.compile(r"vnet[0-9]+\Z")


@dataclass(frozen=True, slots=True)
class Kvm:
    """A domain is defined with its mark, so it has it before it runs."""

    name: str = "KVM"
    modes: tuple[str, ...] = ("hvm",)
    live: frozenset[Live] = frozenset({Live.SHRINK})
    noise: tuple[str, ...] = ("Domain '",)
    guest_ports: re.Pattern[str] = _GUEST_PORTS
    sections: tuple[tuple[str, str], ...] = (
        ("list", virsh.LIST),
        ("uuids", virsh.LIST_UUIDS),
        ("domains", virsh.DUMP_ALL),
    )

    def parse(self, answers: Mapping[str, Section]) -> Listing:
        table, uuids, documents = (successful(command, answers[name]) for name, command in self.sections)
        return virsh.parse_listing(table, uuids, documents)

    def create(self, domain: Domain, mark: str, *, keeps_disk: bool = False) -> Create:
        return Create(domain, mark, keeps_disk)

    def destroy(self, domain: Domain, disk: str = "") -> Destroy:
        return Destroy(domain.name, domain.uuid, disk)

    def update(self, before: Domain, after: Domain, mark: str) -> Sequence[Command]:
        return tuple(_changes(before, after))

    def with_epoch(self, command: Command, epoch: int) -> Command:
        return replace(command, mark=f"{command.mark}:{epoch}") if isinstance(command, Create) else command


KVM = Kvm()


def _changes(before: Domain, after: Domain) -> Iterator[Command]:
    if before.memory_mib != after.memory_mib:
        yield SetMemory(after.uuid, after.memory_mib)
    if before.state == "paused":
        yield Resume(after.uuid)
