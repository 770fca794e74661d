"""What we do on a host whatever hypervisor it has, one value per operation; ``str()`` is the shell text.  Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from reconciler.drivers.host import links
from reconciler.drivers.host.validation import quote
from reconciler.resources.bridge import Bridge
from reconciler.resources.host import Host


@dataclass(frozen=True, slots=True)
class Verify:
    """Ask a node which image it runs; changes nothing.  Its answer decides whether the step succeeded."""

    host: Host

    def __str__(self) -> str:
        return f"head -n 1 {quote(self.host.fingerprint_file)}" if self.host.fingerprint_file else "true"


@dataclass(frozen=True, slots=True)
class Release:
    """No longer look at a node.  Nothing is sent: its image is another driver's, and nothing else was made for it."""

    node: str

    def __str__(self) -> str:
        return f"release {self.node} (nothing is sent; it was only verified)"


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


Command: TypeAlias = Verify | Release | MakeBridge | RemoveBridge | RemoveLink
