"""Choose nodes: which of those that are fit and free, and which of them are used."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from reconciler.allocation.allocator import Granted
from reconciler.model.errors import Exhausted
from reconciler.resources.allocations import Allocations
from reconciler.resources.reservation import Reservation
from reconciler.spec.candidates import fit_nodes
from reconciler.spec.catalogue import Catalogue
from reconciler.spec.counts import enough_nodes, natural, wanted_count
from reconciler.spec.experiment import Experiment, NodeGroup


def choose_nodes(
    experiment: Experiment, catalogue: Catalogue, allocations: Allocations
) -> dict[str, Granted[tuple[str, ...]]]:
    """The nodes of every group.  Groups that name theirs choose first; what a group holds no other group takes.

    Raises:
        Exhausted: too few are free.
    """
    idle_last = by_use(allocations)
    held = {
        address.name: resource.spec.nodes
        for address, resource in allocations.recorded.items()
        if address.kind == "reservation" and isinstance(resource.spec, Reservation)
    }
    groups = {group.name for group in experiment.spec.nodes}
    spoken_for = {node: group for group, nodes in held.items() if group in groups for node in nodes}
    left_over = {node for group, nodes in held.items() if group not in groups for node in nodes}
    chosen: dict[str, Granted[tuple[str, ...]]] = {}
    for group in sorted(experiment.spec.nodes, key=lambda group: group.nodes is None):
        candidates = fit_names(experiment, group, catalogue)
        free = [
            n for n in candidates if n not in allocations.taken_nodes and spoken_for.get(n, group.name) == group.name
        ]
        good = [n for n in free if n not in allocations.bad_nodes]
        kept = sorted((n for n in good if n in held.get(group.name, ())), key=idle_last)
        # nodes of a group that is no more (it was renamed, say) have images and VMs of ours: before untouched ones
        fresh = sorted((n for n in good if n not in held.get(group.name, ())), key=lambda n: n not in left_over)
        needed = wanted_count(group) + group.spares
        found = (kept + fresh + [n for n in free if n in allocations.bad_nodes])[:needed]
        if len(found) < needed:
            raise Exhausted(_too_few(group, needed, candidates, allocations))
        found = without_bad(group, found, allocations)
        chosen[group.name] = Granted(tuple(sorted(found, key=natural)))
        spoken_for.update(dict.fromkeys(found, group.name))
    return chosen


def fit_names(experiment: Experiment, group: NodeGroup, catalogue: Catalogue) -> list[str]:
    """Endpoint names of the nodes that can serve the group, in natural order."""
    fit = sorted((node.name for node in fit_nodes(experiment, group, catalogue)), key=natural)
    return [f"{name}.{group.site}" for name in fit]


def without_bad(group: NodeGroup, nodes: list[str], allocations: Allocations) -> list[str]:
    """Trying bad ones again and again would keep the experiment from ever being done: they go where enough are left."""
    sound = [node for node in nodes if node not in allocations.bad_nodes]
    return sound if len(sound) >= enough_nodes(group) else nodes


def in_use(
    group: NodeGroup, nodes: Sequence[str], allocations: Allocations, idle_last: Callable[[str], int]
) -> tuple[str, ...]:
    """As many good nodes as are wanted: those with VMs of ours first, then those held before, which are imaged."""
    good = sorted((node for node in nodes if node not in allocations.bad_nodes), key=idle_last)
    return tuple(sorted(good[: wanted_count(group)], key=natural))


def by_use(allocations: Allocations) -> Callable[[str], int]:
    """Sort key for nodes: with VMs of ours, held, neither; so that no VM leaves a good host for an empty one."""
    homes = {resource.endpoint.host for address, resource in allocations.recorded.items() if address.kind == "domain"}
    held = {
        node
        for address, resource in allocations.recorded.items()
        if address.kind == "reservation"
        for node in resource.spec.nodes
    }
    return lambda node: 0 if node in homes else 1 if node in held else 2


def _too_few(group: NodeGroup, needed: int, candidates: Sequence[str], allocations: Allocations) -> str:
    holders: dict[str, int] = {}
    for node in candidates:
        if node in allocations.taken_nodes:
            holders[allocations.taken_nodes[node]] = holders.get(allocations.taken_nodes[node], 0) + 1
    held = ", ".join(f"{holder} holds {count}" for holder, count in sorted(holders.items()))
    where = f"{group.site}/{group.cluster}" if group.cluster else group.site
    return f"node group {group.name}: {needed} nodes wanted of {where}, which has {len(candidates)} fit for it" + (
        f"; {held}" if held else ""
    )
