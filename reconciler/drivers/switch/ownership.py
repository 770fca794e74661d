"""Whose port is it, and since which acquisition: the owner's mark in a port's description.  Pure.

What we want a port to be called is the mark without its epoch (a tag), so that a new run makes no difference; the
driver adds the epoch when it writes, and takes it off when it reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from reconciler.drivers.switch.device import Port
from reconciler.model.address import Address, Endpoint
from reconciler.model.errors import Fenced
from reconciler.model.fence import Fence

PREFIX = "xr:"
MARK_SUFFIX = ":999999-00000000"
"""As long as what follows the tag in a mark can be expected to grow: an epoch, and the lineage of the database."""


class Owner(NamedTuple):
    """``lineage`` is the short one of the state database; empty: whichever."""

    site: str
    experiment: str
    lineage: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """What ``xr:v1:<site>:<experiment>:<uid8>:<epoch>-<lineage8>`` says; ``tag`` is all of it before the epoch.

    Marks of earlier versions have no lineage.
    """

    tag: str
    epoch: int
    lineage: str = ""

    @property
    def owner(self) -> Owner:
        _, _, site, experiment, _ = self.tag.split(":")
        return Owner(site, experiment, self.lineage)

    def is_of(self, owner: Owner) -> bool:
        mine = self.owner
        return mine[:2] == owner[:2] and (mine.lineage == owner.lineage or not mine.lineage or not owner.lineage)


def parse_mark(description: str) -> Mark | None:
    """None for a description that is no mark we understand."""
    tag, _, stamp = description.rpartition(":")
    epoch, _, lineage = stamp.partition("-")
    if tag.count(":") != 4 or not tag.startswith("xr:v1:") or not (epoch.isascii() and epoch.isdigit()):
        return None
    return Mark(tag, int(epoch), lineage)


def render_mark(tag: str, fence: Fence) -> str:
    return f"{tag}:{fence.epoch}-{fence.short_lineage}" if fence.lineage else f"{tag}:{fence.epoch}"


def owner_at(endpoint: Endpoint, address: Address, fence: Fence) -> Owner:
    """Who is marked as the owner of what ``address`` names on this switch."""
    return Owner(endpoint.host.rpartition(".")[2], address.experiment, fence.short_lineage)


def mark_of(port: Port, owner: Owner) -> Mark | None:
    """The port's mark, when it is this owner's."""
    mark = parse_mark(port.description)
    return mark if mark is not None and mark.is_of(owner) else None


def without_epoch(port: Port, owner: Owner) -> Port:
    mark = mark_of(port, owner)
    return port if mark is None else replace(port, description=mark.tag)


def claimed_by_another(port: Port, owner: Owner) -> bool:
    """Marked by another owner (also one of our name, in other books), or in a way that we cannot read."""
    return port.description.startswith(PREFIX) and mark_of(port, owner) is None


def refuse_if_overtaken(ports: Mapping[str, Port], owner: Owner, fence: Fence) -> None:
    """Raises Fenced when one of the owner's marks is of an acquisition later than ours, or not in our database."""
    marks = ((name, mark_of(port, owner)) for name, port in sorted(ports.items()))
    refused = [(m.epoch, name) for name, m in marks if m is not None and fence.why_refused(owner.experiment, m.epoch)]
    if refused:
        epoch, name = max(refused, key=lambda mark: mark[0])
        found = f"port {name} has epoch {epoch} of {owner.experiment}"
        raise Fenced(found, fence.why_refused(owner.experiment, epoch), owner.experiment, epoch)


def older_marks(ports: Mapping[str, Port], owner: Owner, epoch: int) -> dict[str, str]:
    """The tags of the owner's ports whose mark has an older epoch, by port."""
    marks = ((name, mark_of(port, owner)) for name, port in sorted(ports.items()))
    return {name: mark.tag for name, mark in marks if mark is not None and mark.epoch < epoch}
