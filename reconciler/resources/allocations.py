"""What is held on the sites, by us and by others: the value that choices are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from reconciler.model.address import Address, Endpoint
from reconciler.model.change import Action
from reconciler.model.fence import Fence
from reconciler.model.resource import Resource


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
    """

    recorded: Mapping[Address, Resource[Any]] = field(default_factory=dict)
    intended: Mapping[Address, Resource[Any]] = field(default_factory=dict)
    taken_nodes: Mapping[str, str] = field(default_factory=dict)
    taken_addresses: Mapping[int, str] = field(default_factory=dict)
    taken_ids: Mapping[tuple[str, int], str] = field(default_factory=dict)
    bad_nodes: frozenset[str] = frozenset()
    open: Mapping[Address, OpenIntent] = field(default_factory=dict)
    fence: Fence = field(default_factory=partial(Fence, 1))
