"""Xen as the family of hosts wants a hypervisor: ``xl`` for domains, xenstore for their marks.  Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from reconciler.drivers.host.hypervisor import Listing, Live
from reconciler.drivers.host.planning import attached, detached
from reconciler.drivers.host.script import Section, successful
from reconciler.drivers.host.xen import xenstore, xl
from reconciler.drivers.host.xen.commands import (
    Attach,
    Command,
    Create,
    Destroy,
    Detach,
    Rename,
    SetMemory,
    Unpause,
)
from reconciler.model import plan
from reconciler.resources.domain import Domain

_GUEST_PORTS = re.compile(r"(vif[0-9]+\.[0-9]+(-emu)?|tap[A-Za-z0-9.]*)\Z")


@dataclass(frozen=True, slots=True)
class Xen:
    """``maxmem`` is what a guest was created with, and ``xl`` refuses more: it only shrinks while it runs."""

    name: str = "Xen"
    modes: tuple[str, ...] = ("pv", "hvm")
    live: frozenset[Live] = frozenset({Live.RENAME, Live.SHRINK, Live.NICS})
    noise: tuple[str, ...] = ("Parsing config from",)
    guest_ports: re.Pattern[str] = _GUEST_PORTS
    sections: tuple[tuple[str, str], ...] = (
        ("list", xl.LIST),
        ("domains", xl.LIST_DETAILS),
        ("marks", xenstore.LIST),
    )

    def parse(self, answers: Mapping[str, Section]) -> Listing:
        table, details = successful(xl.LIST, answers["list"]), successful(xl.LIST_DETAILS, answers["domains"])
        listing = xl.parse_listing(table, details)
        if listing.domains:  # without any, xenstore has no such folder
            successful(xenstore.LIST, answers["marks"])
        return replace(listing, marks=xenstore.parse_marks(answers["marks"].text))

    def create(self, domain: Domain, mark: str, *, keeps_disk: bool = False) -> Create:
        return Create(domain, mark, keeps_disk)

    def destroy(self, domain: Domain, disk: str = "") -> Destroy:
        return Destroy(domain.name, domain.uuid, disk)

    def update(self, before: Domain, after: Domain, mark: str) -> Sequence[Command]:
        return tuple(_changes(before, after, mark))

    def with_epoch(self, command: plan.Command, epoch: int) -> plan.Command:
        if isinstance(command, (Create, Unpause)):
            return replace(command, mark=f"{command.mark}:{epoch}")
        return command


XEN = Xen()


def _changes(before: Domain, after: Domain, mark: str) -> Iterator[Command]:
    name, uuid = after.name, after.uuid
    if before.name != name:
        yield Rename(before.name, name, uuid)
    yield from (Detach(name, nic, uuid) for nic in detached(before, after))
    yield from (Attach(name, nic, uuid) for nic in attached(before, after) or ())
    if before.memory_mib != after.memory_mib:
        yield SetMemory(name, after.memory_mib, uuid)
    if before.state == "paused":
        yield Unpause(name, uuid, mark)
