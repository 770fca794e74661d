"""What is held on the sites, by us and by others: the value that choices are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.model.address import Address
from reconciler.model.resource import Resource


@dataclass(frozen=True, slots=True)
class Book:
    """``recorded`` is everything of this experiment; ``intended`` what an update under way (or cut short) makes of it.

    The ``taken_*`` maps are what others hold, or gave back less than a quarantine ago, each with its holder.
    ``bad_nodes`` failed to be imaged too often; a spare takes their place.  ``epoch`` numbers this experiment's lives:
    it grows each time the experiment is made anew, and marks what is ours on devices.
    """

    recorded: Mapping[Address, Resource[Any]] = field(default_factory=dict)
    intended: Mapping[Address, Resource[Any]] = field(default_factory=dict)
    taken_nodes: Mapping[str, str] = field(default_factory=dict)
    taken_addresses: Mapping[int, str] = field(default_factory=dict)
    taken_ids: Mapping[tuple[str, int], str] = field(default_factory=dict)
    bad_nodes: frozenset[str] = frozenset()
    epoch: int = 1
