"""The seam: who chooses a part of an allocation, and how it is answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from reconciler.model.desired import Pending
from reconciler.resources.allocations import Allocations
from reconciler.resources.lease import AddressRange
from reconciler.spec.catalogue import Catalogue
from reconciler.spec.experiment import Experiment

T_co = TypeVar("T_co", covariant=True)
Ids = tuple[tuple[str, int], ...]
"""VLAN ids by pool."""


@dataclass(frozen=True, slots=True)
class Granted(Generic[T_co]):
    """``items`` may be used from now on; ``rest``: they are fewer than was asked for, and more is to come."""

    items: T_co
    rest: Pending | None = None


class Allocator(Protocol[T_co]):
    """Pure: from the same, the same.  What it knows of an outside allocator stands in ``allocations.grants``."""

    def __call__(
        self, experiment: Experiment, catalogue: Catalogue, allocations: Allocations
    ) -> Mapping[str, Granted[T_co] | Pending]:
        """What each node group, or each network, gets; a network that needs none of it is left out.

        Raises:
            Exhausted: there is not enough, and no waiting changes that.
        """
        ...


@dataclass(frozen=True, slots=True)
class Allocators:
    """Who chooses what: nodes by group, addresses and VLAN ids by network."""

    nodes: Allocator[tuple[str, ...]]
    addresses: Allocator[tuple[AddressRange, ...]]
    ids: Allocator[Ids]
