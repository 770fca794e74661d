"""Whose port is it, and since which acquisition: the owner's mark in a port's description.  Pure.

What we want a port to be called is the mark without its epoch (a tag), so that a new run makes no difference; the
driver adds the epoch when it writes, and takes it off when it reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from reconciler.drivers.netconf.openconfig import Port
from reconciler.model.address import Address, Endpoint
from reconciler.model.errors import Fenced
from reconciler.model.fence import Fence

PREFIX = "xr:"

Owner: TypeAlias = tuple[str, str]
"""Site and experiment."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What ``xr:v1:<site>:<experiment>:<uid8>:<epoch>`` says; ``tag`` is all of it but the epoch."""

    tag: str
    epoch: int

    @property
    def owner(self) -> Owner:
        _, _, site, experiment, _ = self.tag.split(":")
        return site, experiment


def parse_mark(description: str) -> Mark | None:
    """None for a description that is no mark we understand."""
    tag, _, epoch = description.rpartition(":")
    if tag.count(":") != 4 or not tag.startswith("xr:v1:") or not (epoch.isascii() and epoch.isdigit()):
        return None
    return Mark(tag, int(epoch))


def render_mark(tag: str, epoch: int) -> str:
    return f"{tag}:{epoch}"


def owner_at(endpoint: Endpoint, address: Address) -> Owner:
    """Who is marked as the owner of what ``address`` names on this switch."""
    return endpoint.host.rpartition(".")[2], address.experiment


def mark_of(port: Port, owner: Owner) -> Mark | None:
    """The port's mark, when it is this owner's."""
    mark = parse_mark(port.description)
    return mark if mark is not None and mark.owner == owner else None


def without_epoch(port: Port, owner: Owner) -> Port:
    mark = mark_of(port, owner)
    return port if mark is None else replace(port, description=mark.tag)


def claimed_by_another(port: Port, owner: Owner) -> bool:
    """Marked by another owner, or in a way that we cannot read."""
    return port.description.startswith(PREFIX) and mark_of(port, owner) is None


def refuse_if_overtaken(ports: Mapping[str, Port], owner: Owner, fence: Fence) -> None:
    """Raises Fenced when one of the owner's marks is of a later acquisition than ours."""
    marks = ((name, mark_of(port, owner)) for name, port in sorted(ports.items()))
    later = [(name, mark.epoch) for name, mark in marks if mark is not None and mark.epoch > fence.epoch]
    if later:
        name, epoch = max(later, key=lambda found: found[1])
        raise Fenced(
            f"port {name} is marked by acquisition {epoch} of {owner[1]}, and ours is {fence.epoch}: another run has"
            " taken over, or the state here is older than the devices; nothing was changed; begin a new run with the"
            " latest state"
        )


def older_marks(ports: Mapping[str, Port], owner: Owner, epoch: int) -> dict[str, str]:
    """The tags of the owner's ports whose mark has an older epoch, by port."""
    marks = ((name, mark_of(port, owner)) for name, port in sorted(ports.items()))
    return {name: mark.tag for name, mark in marks if mark is not None and mark.epoch < epoch}
