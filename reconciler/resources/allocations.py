"""What is held on the sites, by us and by others: the value that choices are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from reconciler.model.address import Address, Endpoint
from reconciler.model.change import Action
from reconciler.model.desired import Pending
from reconciler.model.fence import Fence
from reconciler.model.resource import Resource

DATABASE = Endpoint("allocations", "database")
"""Where reservations, leases and VLAN ids are held: no document names another place."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What an outside allocator gave for one part, as it was last told; only what the part is made of is there.

    ``nodes`` are endpoint names, ``ranges`` first and last addresses, ``ids`` (pool, id).  ``rest``: more is to come.
    """

    nodes: tuple[str, ...] = ()
    ranges: tuple[tuple[int, int], ...] = ()
    ids: tuple[tuple[str, int], ...] = ()
    rest: Pending | None = None


@dataclass(frozen=True, slots=True)
class OpenIntent:
    """A step that was sent, and whose end is not known.

    ``accepted``: the device took it and works on it, under the name ``ticket`` where it gave one.
    ``doubtful``: its run is neither proved over nor us, and may still act.
    """

    action: Action
    endpoint: Endpoint
    run: str
    accepted: bool = False
    ticket: str = ""
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Allocations:
    """``recorded`` is everything of this experiment; ``intended`` what an update under way (or cut short) makes of it.

    ``open`` is the journal's open intents.  The ``taken_*`` maps are what others hold, or gave back less than a
    quarantine ago, each with its holder.  ``bad_nodes`` failed to be imaged too often; a spare takes their place.
    ``fence`` is that of the acquisition under which the allocations is read, else the database's latest.
    ``grants`` says, of each part that an outside allocator chooses, what it gave or what settles it.
    """

    recorded: Mapping[Address, Resource[Any]] = field(default_factory=dict)
    intended: Mapping[Address, Resource[Any]] = field(default_factory=dict)
    taken_nodes: Mapping[str, str] = field(default_factory=dict)
    taken_addresses: Mapping[int, str] = field(default_factory=dict)
    taken_ids: Mapping[tuple[str, int], str] = field(default_factory=dict)
    bad_nodes: frozenset[str] = frozenset()
    open: Mapping[Address, OpenIntent] = field(default_factory=dict)
    fence: Fence = field(default_factory=partial(Fence, 1))
    grants: Mapping[Address, Grant | Pending] = field(default_factory=dict)

    @property
    def pending(self) -> dict[Address, Pending]:
        """The parts of which an outside allocator has yet to give something."""
        missing = ((a, grant.rest if isinstance(grant, Grant) else grant) for a, grant in self.grants.items())
        return {address: part for address, part in sorted(missing, key=lambda item: item[0]) if part is not None}
