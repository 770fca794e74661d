"""What we do to a domain with ``xl``, one value per operation; ``str()`` is the shell text the host receives.  Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from reconciler.drivers.host.script import APPEARED, CONFIGURATIONS
from reconciler.drivers.host.validation import DISKS, quote
from reconciler.drivers.host.xen import xl
from reconciler.drivers.host.xen.xenstore import mark_path
from reconciler.resources.domain import Domain, Nic

_LISTING = quote(f"{CONFIGURATIONS}/domains")
_FORGET = f"rm -f {_LISTING}"


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
        begin = f"test -e {path} && {_begin(self.domain.name, self.domain.uuid, self.mark)}"
        return f"{make}\n{begin}\nrm -f {path}"


@dataclass(frozen=True, slots=True)
class Destroy:
    """Ends a domain and removes its own disk, in this order; also the disk of one that is gone already.

    A disk stays while there is a domain of that name or uuid, and where xl cannot tell.
    """

    name: str
    uuid: str
    disk: str = ""

    def __str__(self) -> str:
        destroy = f"xl destroy {quote(self.name)} 2>&1"
        if not self.disk:
            return _fenced(self.name, self.uuid, destroy)
        either = quote(f"{self.name} +[0-9]+ .*|.* {self.uuid} .*")
        remove = f"rm -f {quote(self.disk)} 2>&1"
        lines = [
            f"{xl.LIST} > {_LISTING} || {_FORGET}",
            f"grep -qsxE {_row(self.name, self.uuid)} {_LISTING} && {destroy} && {remove}",
            f"grep -qsxE {either} {_LISTING} && {_FORGET}",
            f"test -s {_LISTING} && {remove}",
            _FORGET,
        ]
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class SetMemory:
    name: str
    memory_mib: int
    uuid: str

    def __str__(self) -> str:
        return _fenced(self.name, self.uuid, f"xl mem-set {quote(self.name)} {quote(f'{self.memory_mib}m')} 2>&1")


@dataclass(frozen=True, slots=True)
class Unpause:
    """A guest that was left before it began may lack its mark."""

    name: str
    uuid: str
    mark: str

    def __str__(self) -> str:
        return _fenced(self.name, self.uuid, _begin(self.name, self.uuid, self.mark))


@dataclass(frozen=True, slots=True)
class Rename:
    name: str
    after: str
    uuid: str

    def __str__(self) -> str:
        return _fenced(self.name, self.uuid, f"xl rename {quote(self.name)} {quote(self.after)} 2>&1")


@dataclass(frozen=True, slots=True)
class Attach:
    """Ends with one vif of this MAC or none: ``xl`` would add a second, and keeps one that it could not connect."""

    name: str
    nic: Nic
    uuid: str

    def __str__(self) -> str:
        words = f"{quote(f'mac={self.nic.mac}')} {quote(f'bridge={self.nic.bridge}')}"
        detach = f"xl network-detach {quote(self.name)} {quote(self.nic.mac)}"
        lines = [
            f"{_only_ours(self.name, self.uuid)} || {_FORGET}",
            f"test -e {_LISTING} && {detach} > /dev/null 2>&1",
            f"test '!' -e {_LISTING} || xl network-attach {quote(self.name)} {words} 2>&1 || {detach} 2>&1",
            _FORGET,
        ]
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Detach:
    name: str
    nic: Nic
    uuid: str

    def __str__(self) -> str:
        return _fenced(self.name, self.uuid, f"xl network-detach {quote(self.name)} {quote(self.nic.mac)} 2>&1")


def _begin(name: str, uuid: str, mark: str) -> str:
    write = f"xenstore-write {quote(mark_path(uuid))} {quote(mark)} 2>&1"
    return f"{write} && xl unpause {quote(name)} 2>&1"


def _fenced(name: str, uuid: str, act: str) -> str:
    """``act`` on the domain ``name``, if that is ours still.

    ``xl`` knows domains by name only: one that has our name and another uuid by now is somebody else's.
    """
    return f"{_only_ours(name, uuid)} && {act}\n{_FORGET}"


def _only_ours(name: str, uuid: str) -> str:
    return f"{xl.LIST} > {_LISTING} && grep -qxE {_row(name, uuid)} {_LISTING}"


def _row(name: str, uuid: str) -> str:
    return quote(f"{name} +[0-9]+ .* {uuid} .*")


Command: TypeAlias = Create | Destroy | SetMemory | Unpause | Rename | Attach | Detach
