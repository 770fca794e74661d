"""The states that planning compares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from reconciler.model.address import Address
from reconciler.model.desired import Pending
from reconciler.model.resource import Observed, Resource
from reconciler.resources.kind import Fencing
from reconciler.resources.kinds import KINDS

Resources: TypeAlias = Mapping[Address, Resource[Any]]

_UNFENCED = frozenset(kind.name for kind in KINDS.values() if kind.fencing is not Fencing.ALWAYS)
"""What a run that was overtaken may still change: its device keeps no epoch once nothing of ours is on it."""


@dataclass(frozen=True, slots=True)
class World:
    """``intended`` is what an update under way makes of a recorded resource.

    ``doubtful`` names the run that sent something about an address, lost its lock, and is not known to be over.
    """

    desired: Resources
    recorded: Resources
    observed: Mapping[Address, Observed[Any]]
    intended: Resources = field(default_factory=dict)
    doubtful: Mapping[Address, str] = field(default_factory=dict)
    pending: Mapping[Address, Pending] = field(default_factory=dict)
    waiting: Mapping[Address, Address] = field(default_factory=dict)

    def stays(self, address: Address) -> bool:
        """Whether it is left as it is: a part that is pending, or what cannot be told without one."""
        return (address in self.pending or address in self.waiting) and address not in self.desired

    def held_by(self, address: Address) -> frozenset[Address]:
        """What a recorded resource needs: as it was, and as an update under way, or cut short, may have made it."""
        ours, wish = self.recorded.get(address), self.intended.get(address)
        needs = ours.needs if ours is not None else frozenset[Address]()
        return needs if wish is None else needs | wish.needs

    def in_doubt(self, address: Address) -> bool:
        """Whether it may still be changed by a run that no fence stops."""
        return address in self.doubtful and address.kind in _UNFENCED
