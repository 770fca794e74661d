"""A host's network links in memory: interfaces, VLAN interfaces, bridges and the back ends of virtual NICs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum


class LinkKind(StrEnum):
    LOOPBACK = "loopback"
    PHYSICAL = "physical"
    VLAN = "vlan"
    BRIDGE = "bridge"
    VIF = "vif"


@dataclass(frozen=True, slots=True)
class LabLink:
    """``parent`` and ``vlan`` belong to a VLAN interface; ``master`` is the bridge it is a port of."""

    index: int
    name: str
    kind: LinkKind
    mac: str
    up: bool = False
    master: str = ""
    parent: str = ""
    vlan: int = 0


class LinkError(Exception):
    """What the kernel answers; the text is the whole line that `ip` prints."""


class LinkTable:
    """Links by name.  Rules are the kernel's: what depends on a link goes with it."""

    def __init__(self) -> None:
        self._links: dict[str, LabLink] = {}
        self._last_index = 0

    def __iter__(self) -> Iterator[LabLink]:
        return iter(sorted(self._links.values(), key=lambda link: link.index))

    def get(self, name: str) -> LabLink | None:
        return self._links.get(name)

    def dump(self) -> list[list[object]]:
        return [
            [link.index, link.name, link.kind.value, link.mac, link.up, link.master, link.parent, link.vlan]
            for link in self
        ]

    def load(self, links: Iterable[LabLink]) -> None:
        self._links = {link.name: link for link in links}
        self._last_index = max((link.index for link in self), default=0)

    def add(self, name: str, kind: LinkKind, mac: str, *, up: bool = False, master: str = "") -> None:
        self._require_free(name)
        self._store(LabLink(self._next_index(), name, kind, mac, up, master))

    def add_vlan(self, parent: str, name: str, vlan: int) -> None:
        below = self._links[parent]
        self._require_free(name)
        if not 0 <= vlan <= 4094:
            raise LinkError("Error: 8021q: Invalid VLAN id.")
        if any(link.parent == parent and link.vlan == vlan for link in self):
            raise LinkError("Error: 8021q: VLAN device already exists.")
        self._store(LabLink(self._next_index(), name, LinkKind.VLAN, below.mac, parent=parent, vlan=vlan))

    def set_up(self, name: str) -> None:
        link = self._links[name]
        if link.parent and not self._links[link.parent].up:
            raise LinkError("RTNETLINK answers: Network is down")
        self._store(replace(link, up=True))
        for above in list(self):
            if above.parent == name:
                self._store(replace(above, up=True))  # the kernel's 8021q takes its VLANs up with the interface

    def set_down(self, name: str) -> None:
        self._store(replace(self._links[name], up=False))
        for above in list(self):
            if above.parent == name:
                self._store(replace(above, up=False))

    def set_master(self, name: str, master: str) -> None:
        """Make it a port of ``master``, away from any other; an empty master only takes it out."""
        if master:
            if self._links[master].kind is not LinkKind.BRIDGE:
                raise LinkError("RTNETLINK answers: Operation not supported")
            if self._links[name].kind is LinkKind.BRIDGE:
                raise LinkError("Error: Can not enslave a bridge to a bridge.")
            if self._links[name].kind is LinkKind.LOOPBACK:
                raise LinkError("RTNETLINK answers: Invalid argument")
        self._store(replace(self._links[name], master=master))

    def delete(self, name: str) -> None:
        """Remove a link that was made here, its VLAN interfaces, and its ports' membership."""
        if self._links[name].kind in (LinkKind.LOOPBACK, LinkKind.PHYSICAL, LinkKind.VIF):
            raise LinkError("RTNETLINK answers: Operation not supported")
        self.drop(name)

    def drop(self, name: str) -> None:
        """Remove a link whatever it is, as its driver does when the device goes away."""
        for link in [link for link in self if link.parent == name]:
            self.drop(link.name)
        self._links.pop(name, None)
        for link in [link for link in self if link.master == name]:
            self._store(replace(link, master=""))

    def running(self, link: LabLink) -> bool:
        """Whether frames pass: up, and what it stands on is up too."""
        return link.up and (not link.parent or self.running(self._links[link.parent]))

    def ports(self, bridge: str) -> tuple[LabLink, ...]:
        return tuple(link for link in self if link.master == bridge)

    def _require_free(self, name: str) -> None:
        if name in self._links:
            raise LinkError("RTNETLINK answers: File exists")

    def _next_index(self) -> int:
        self._last_index += 1
        return self._last_index

    def _store(self, link: LabLink) -> None:
        self._links[link.name] = link
