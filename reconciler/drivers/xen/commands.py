"""What we do on a host, one value per operation; ``str()`` is the shell text the host receives.  Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

from reconciler.drivers.xen import links, xl
from reconciler.drivers.xen.marks import mark_path
from reconciler.drivers.xen.words import DISKS, quote
from reconciler.resources.domain import Bridge, Domain, Host, Nic

CONFIGURATIONS = "/run/reconciler"
APPEARED = 17
"""The script's exit status when a domain is there that was not when we looked."""


@dataclass(frozen=True, slots=True)
class Verify:
    """Ask a node which image it runs; changes nothing.  Its answer decides whether the step succeeded."""

    host: Host

    def __str__(self) -> str:
        return f"head -n 1 {quote(self.host.fingerprint_file)}" if self.host.fingerprint_file else "true"


@dataclass(frozen=True, slots=True)
class MakeBridge:
    bridge: Bridge
    strays: tuple[str, ...] = ()

    def __str__(self) -> str:
        return links.render_make(self.bridge, self.strays)


@dataclass(frozen=True, slots=True)
class RemoveBridge:
    bridge: Bridge

    def __str__(self) -> str:
        return links.render_unmake(self.bridge)


@dataclass(frozen=True, slots=True)
class RemoveLink:
    name: str

    def __str__(self) -> str:
        return f"ip link del {quote(self.name)} 2>&1"


@dataclass(frozen=True, slots=True)
class Create:
    """The domain's own disk is copied from its base, unless it ``keeps_disk``; what fails leaves no file behind.

    The guest does not run before it has its ``mark``.
    """

    domain: Domain
    mark: str
    keeps_disk: bool = False

    def __str__(self) -> str:
        path = quote(f"{CONFIGURATIONS}/{self.domain.name}.cfg")
        copied = bool(self.domain.disk) and not self.keeps_disk
        disk = quote(self.domain.disk)
        steps = [
            f"cat > {path} <<'XR_END'",
            *([f"mkdir -p {quote(DISKS)} 2>&1"] if copied else []),
            *([f"cp --sparse=always {quote(self.domain.base_disk)} {disk} 2>&1"] if copied else []),
            # xl stays behind to watch the domain: it must not inherit, and so keep, the host's lock.
            f"xl create -p {path} 9> /dev/null 2>&1",
        ]
        undo = f"rm -f {path} {disk}" if copied else f"rm -f {path}"
        # A disk is never copied over that of a domain that is there; without a disk, xl itself refuses the name.
        fence = f"xl domid {quote(self.domain.name)} > /dev/null 2>&1 && exit {APPEARED}\n" if copied else ""
        make = f"{fence}{' && '.join(steps)} || {undo}\n{xl.render_config(self.domain)}XR_END"
        # The file is there only if the domain is one that we have just made.
        begin = f"test -e {path} && {Unpause(self.domain.name, self.domain.uuid, self.mark)}"
        return f"{make}\n{begin}\nrm -f {path}"


@dataclass(frozen=True, slots=True)
class Destroy:
    """Ends a domain and removes its own disk, in this order.

    ``xl`` knows domains by name only: one that has our name and another uuid by now is somebody else's.
    """

    name: str
    uuid: str
    disk: str = ""

    def __str__(self) -> str:
        listing = quote(f"{CONFIGURATIONS}/domains")
        ours = quote(f"{self.name} +[0-9]+ .* {self.uuid} .*")
        destroy = f"{xl.LIST} > {listing} && grep -qxE {ours} {listing} && xl destroy {quote(self.name)} 2>&1"
        also = f" && rm -f {quote(self.disk)} 2>&1" if self.disk else ""
        return f"{destroy}{also}\nrm -f {listing}"


@dataclass(frozen=True, slots=True)
class SetMemory:
    name: str
    memory_mib: int

    def __str__(self) -> str:
        return f"xl mem-set {quote(self.name)} {quote(f'{self.memory_mib}m')} 2>&1"


@dataclass(frozen=True, slots=True)
class Unpause:
    """A guest that was left before it began may lack its mark."""

    name: str
    uuid: str
    mark: str

    def __str__(self) -> str:
        write = f"xenstore-write {quote(mark_path(self.uuid))} {quote(self.mark)} 2>&1"
        return f"{write} && xl unpause {quote(self.name)} 2>&1"


@dataclass(frozen=True, slots=True)
class Rename:
    name: str
    after: str

    def __str__(self) -> str:
        return f"xl rename {quote(self.name)} {quote(self.after)} 2>&1"


@dataclass(frozen=True, slots=True)
class Attach:
    """Ends with one vif of this MAC or none: ``xl`` would add a second, and keeps one that it could not connect."""

    name: str
    nic: Nic

    def __str__(self) -> str:
        words = f"{quote(f'mac={self.nic.mac}')} {quote(f'bridge={self.nic.bridge}')}"
        attach = f"xl network-attach {quote(self.name)} {words} 2>&1 || {Detach(self.name, self.nic)}"
        return f"xl network-detach {quote(self.name)} {quote(self.nic.mac)} > /dev/null 2>&1\n{attach}"


@dataclass(frozen=True, slots=True)
class Detach:
    name: str
    nic: Nic

    def __str__(self) -> str:
        return f"xl network-detach {quote(self.name)} {quote(self.nic.mac)} 2>&1"


def with_epoch(command: Command, epoch: int) -> Command:
    """The command as it is sent: marks are shown without the epoch of the run that will send them."""
    if isinstance(command, (Create, Unpause)):
        return replace(command, mark=f"{command.mark}:{epoch}")
    return command


Command: TypeAlias = (
    Verify | MakeBridge | RemoveBridge | RemoveLink | Create | Destroy | SetMemory | Unpause | Rename | Attach | Detach
)
