"""What we do to a domain with ``virsh``, one value per operation; ``str()`` is the shell text the host receives.  Pure.

Domains are named by uuid: one that has our name and another uuid by now is never touched.
"""

from __future__ import annotations

from dataclasses import dataclass

from reconciler.drivers.host.kvm import virsh

from reconciler.drivers.host.script import APPEARED, CONFIGURATIONS
from reconciler.drivers.host.validation import DISKS, quote
from reconciler.resources.domain import Domain

_LISTING = quote(f"{CONFIGURATIONS}/uuids")


@dataclass(frozen=True, slots=True)
class Create:
    """Define it with its ``mark``, and start it; nothing is done where one with its uuid is defined already.

    The file of its definition is there only until it runs: where it still is, what was made is taken back.
    """

    domain: Domain
    mark: str
    keeps_disk: bool = False

    def __str__(self) -> str:
        domain, path = self.domain, quote(f"{CONFIGURATIONS}/{self.domain.name}.xml")
        uuid, disk = quote(domain.uuid), quote(domain.disk)
        copied = bool(domain.disk) and not self.keeps_disk
        copy = f"mkdir -p {quote(DISKS)} 2>&1 && cp --sparse=always {quote(domain.base_disk)} {disk} 2>&1 && "
        begin = f"virsh define --validate {path} 2>&1 && virsh start {uuid} 2>&1 && rm -f {path}"
        lines = [
            f"rm -f {path}",
            # A disk is never copied over that of a domain that is there.
            *([f"virsh domstate {quote(domain.name)} > /dev/null 2>&1 && exit {APPEARED}"] if copied else []),
            f"virsh domstate {uuid} > /dev/null 2>&1 || cat > {path} <<'XR_END'",
            f"{virsh.render_xml(domain, self.mark)}XR_END",
            f"test -e {path} && {copy if copied else ''}{begin}",
            f"test -e {path} && virsh undefine {uuid} > /dev/null 2>&1",
            f"test -e {path} && rm -f {path}{f' {disk}' if copied else ''}",
        ]
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Destroy:
    """End a domain, forget its definition, and remove its ``disk``, unless one of its name or uuid is still there."""

    name: str
    uuid: str
    disk: str = ""

    def __str__(self) -> str:
        uuid = quote(self.uuid)
        lines = [f"virsh destroy {uuid} > /dev/null 2>&1", f"virsh undefine {uuid} 2>&1"]
        if self.disk:
            lines += [
                f"{virsh.LIST_UUIDS} > {_LISTING} || rm -f {_LISTING}",
                f"grep -qsxE {uuid} {_LISTING} && rm -f {_LISTING}",
                f"virsh domstate {quote(self.name)} > /dev/null 2>&1 && rm -f {_LISTING}",
                f"test -s {_LISTING} && rm -f {quote(self.disk)} 2>&1",
                f"rm -f {_LISTING}",
            ]
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class SetMemory:
    uuid: str
    memory_mib: int

    def __str__(self) -> str:
        return f"virsh setmem {quote(self.uuid)} {quote(f'{self.memory_mib}M')} --live --config 2>&1"


@dataclass(frozen=True, slots=True)
class Resume:
    uuid: str

    def __str__(self) -> str:
        return f"virsh resume {quote(self.uuid)} 2>&1"
