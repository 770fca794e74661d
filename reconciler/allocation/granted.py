"""Choices that are others': a batch scheduler's nodes, a subnet allocator's ranges, a VLAN server's ids.

What they gave stands in the allocations; a part of which nothing is said there is pending, never chosen here.
"""

from __future__ import annotations

from reconciler.allocation.addresses import choose_addresses
from reconciler.allocation.allocator import Granted, Ids
from reconciler.allocation.nodes import by_use, fit_names, without_bad
from reconciler.model.address import Address
from reconciler.model.desired import Pending
from reconciler.resources.allocations import Allocations, Grant
from reconciler.resources.lease import AddressRange
from reconciler.spec.catalogue import Catalogue
from reconciler.spec.counts import enough_nodes, natural, wanted_count
from reconciler.spec.experiment import Experiment, NetworkKind, NodeGroup

NOT_ASKED = Pending("chosen outside", "it was asked for, and the answer is known")


def granted_nodes(
    experiment: Experiment, catalogue: Catalogue, allocations: Allocations
) -> dict[str, Granted[tuple[str, ...]] | Pending]:
    """Of the nodes that a scheduler granted, those that can serve the group; no other, whatever is free."""
    idle_last, answers = by_use(allocations), dict[str, Granted[tuple[str, ...]] | Pending]()
    for group in experiment.spec.nodes:
        answer = _answer(allocations, Address("reservation", experiment.metadata.name, group.name))
        if isinstance(answer, Grant):
            fit = fit_names(experiment, group, catalogue)
            usable = [node for node in fit if node in answer.nodes and node not in allocations.taken_nodes]
            in_order = sorted(usable, key=lambda node: (node in allocations.bad_nodes, idle_last(node)))
            answers[group.name] = _of_group(group, in_order, answer.rest, allocations)
        else:
            answers[group.name] = answer
    return answers


def _of_group(
    group: NodeGroup, in_order: list[str], rest: Pending | None, allocations: Allocations
) -> Granted[tuple[str, ...]]:
    """As many as are wanted, those in use first; too few of them are a beginning."""
    found = without_bad(group, in_order[: wanted_count(group) + group.spares], allocations)
    wanted = enough_nodes(group)
    if rest is None and len(found) < wanted:
        rest = Pending(f"{len(found)} of {wanted} nodes granted; the others are", "the scheduler grants them")
    return Granted(tuple(sorted(found, key=natural)), rest)


def granted_addresses(
    experiment: Experiment, catalogue: Catalogue, allocations: Allocations
) -> dict[str, Granted[tuple[AddressRange, ...]] | Pending]:
    """Addresses of the ranges that a subnet allocator granted to a network.

    Raises:
        Exhausted: they are too small.
    """
    name = experiment.metadata.name
    said = {n.name: _answer(allocations, Address("lease", name, n.name)) for n in experiment.spec.networks}
    lent = {network: answer.ranges for network, answer in said.items() if isinstance(answer, Grant)}
    waiting = {network: answer for network, answer in said.items() if isinstance(answer, Pending)}
    return {**choose_addresses(experiment, catalogue, allocations, lent), **waiting}


def granted_ids(
    experiment: Experiment, catalogue: Catalogue, allocations: Allocations
) -> dict[str, Granted[Ids] | Pending]:
    """The ids that a VLAN server granted to each isolated network."""
    answers: dict[str, Granted[Ids] | Pending] = {}
    for network in experiment.spec.networks:
        if network.kind is not NetworkKind.SHARED:
            answer = _answer(allocations, Address("vlan", experiment.metadata.name, network.name))
            answers[network.name] = Granted(tuple(sorted(answer.ids))) if isinstance(answer, Grant) else answer
    return answers


def _answer(allocations: Allocations, part: Address) -> Grant | Pending:
    return allocations.grants.get(part, NOT_ASKED)
