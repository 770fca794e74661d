"""Choose: which nodes, hosts, addresses and VLAN ids an experiment gets.  Pure, deterministic and sticky.

A plan can therefore show every choice; the store's constraints settle a race, and the loser plans again.  What others
choose is there when they have chosen it; until then it is pending, and nothing is made up in its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from reconciler.allocation.addresses import choose_addresses
from reconciler.allocation.allocator import Allocators, Granted, Ids
from reconciler.allocation.hosts import choose_hosts
from reconciler.allocation.nodes import by_use, choose_nodes, in_use
from reconciler.allocation.vlan_ids import choose_vlan_ids
from reconciler.model.address import Address
from reconciler.model.desired import Pending
from reconciler.resources.allocations import Allocations
from reconciler.resources.lease import AddressRange
from reconciler.spec.catalogue import Catalogue
from reconciler.spec.experiment import Experiment

T = TypeVar("T")

OWN = Allocators(choose_nodes, choose_addresses, choose_vlan_ids)
"""We choose everything ourselves, from what the state database says is free."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """``nodes`` are held, ``hosts`` are those of them in use (spares left out); both by endpoint name.

    ``homes`` gives each VM its host; ``leases`` each network its addresses as runs, ``ids`` its VLAN ids by pool.
    ``pending`` are the parts of which something is not chosen yet: a network without its ``leases`` or ``ids``, a
    group with fewer ``nodes`` than it wants, and VMs without a home.
    """

    nodes: Mapping[str, tuple[str, ...]]
    hosts: Mapping[str, tuple[str, ...]]
    homes: Mapping[str, str]
    leases: Mapping[str, tuple[AddressRange, ...]]
    ids: Mapping[str, Ids]
    pending: Mapping[Address, Pending] = field(default_factory=dict)


def allocate(
    experiment: Experiment, catalogue: Catalogue, allocations: Allocations, allocators: Allocators = OWN
) -> Assignment:
    """Choose everything an experiment needs, keeping what it has.

    Raises:
        Exhausted: a pool has too few free items; nothing is chosen.
    """
    name, pending = experiment.metadata.name, dict[Address, Pending]()
    granted = _split("reservation", name, allocators.nodes(experiment, catalogue, allocations), pending)
    short = {address.name for address in pending}
    nodes = {group.name: granted.get(group.name, ()) for group in experiment.spec.nodes}
    idle_last = by_use(allocations)
    hosts = {group.name: in_use(group, nodes[group.name], allocations, idle_last) for group in experiment.spec.nodes}
    return Assignment(
        nodes=nodes,
        hosts=hosts,
        homes=choose_hosts(experiment, catalogue, hosts, allocations, short),
        leases=_split("lease", name, allocators.addresses(experiment, catalogue, allocations), pending),
        ids=_split("vlan", name, allocators.ids(experiment, catalogue, allocations), pending),
        pending=pending,
    )


def _split(
    kind: str, experiment: str, answers: Mapping[str, Granted[T] | Pending], pending: dict[Address, Pending]
) -> dict[str, T]:
    """What was granted, by part; what was not goes to ``pending``."""
    granted: dict[str, T] = {}
    for part, answer in answers.items():
        missing = answer if isinstance(answer, Pending) else answer.rest
        if missing is not None:
            pending[Address(kind, experiment, part)] = missing
        if isinstance(answer, Granted):
            granted[part] = answer.items
    return granted
