"""Is it still ours?  Every part of a step, held against the state database as it is now, before a call.  Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from reconciler.model.address import Address
from reconciler.model.plan import Plan, Step
from reconciler.model.resource import Resource
from reconciler.resources.allocations import Allocations
from reconciler.resources.kind import CarriedTag, Mac, Node, Number, Port, ServiceTag, Use
from reconciler.resources.kinds import HOLDING, KINDS, unlisted
from reconciler.resources.lease import derive_mac
from reconciler.resources.number_ranges import IPV4

NodeAtPort: TypeAlias = Callable[[str, str], str | None]
"""The node (by endpoint name) whose cable is in a switch's port; None where no node's is."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """What an experiment holds now: nodes by endpoint name, VLAN ids by pool, MACs by VM."""

    experiment: str
    nodes: frozenset[str]
    ids: frozenset[tuple[str, int]]
    macs: Mapping[str, frozenset[str]]

    def has_tag(self, number: int) -> bool:
        """Whether it is an S-VLAN id of ours, on whichever backbone."""
        return any(other == number and pool.startswith("stag:") for pool, other in self.ids)


def holdings_of(experiment: str, allocations: Allocations, wished: Iterable[Resource[Any]] = ()) -> Holdings:
    """What the database gives to ``experiment`` and what it ``wished`` for, less what another has taken meanwhile."""
    nodes: set[str] = set()
    ids: set[tuple[str, int]] = set()
    macs: dict[str, set[str]] = {}
    for resource in (*allocations.recorded.values(), *wished):
        kind = KINDS.get(resource.address.kind)
        if kind is None or kind.holding is None:
            continue
        held = kind.holding.held(resource.spec)
        nodes.update(node for node in held.nodes if node not in allocations.taken_nodes)
        for numbers in held.numbers:
            if numbers.pool != IPV4:
                ids.update(pair for pair in numbers.ids() if pair not in allocations.taken_ids)
                continue
            for vm, number in numbers.members():
                if number not in allocations.taken_addresses:
                    macs.setdefault(vm, set()).add(derive_mac(number))
    return Holdings(experiment, frozenset(nodes), frozenset(ids), {vm: frozenset(found) for vm, found in macs.items()})


def unowned(
    plan: Plan, allocations: Allocations, node_at_port: NodeAtPort = lambda switch, port: None
) -> dict[Address, str]:
    """The steps of a plan that touch what is not the experiment's, and why.

    What the plan itself takes from the state database counts as held: whatever uses it waits until it was given.
    """
    if not plan.steps:
        return {}
    changed = {a: s.change for a, s in plan.steps.items() if a.kind in HOLDING and s.change.after is not None}
    wished = {a: replace(change.resource, spec=change.after) for a, change in changed.items()}
    held = holdings_of(next(iter(plan.steps)).experiment, allocations, wished.values())
    found = {address: foreign_parts(step, held, node_at_port) for address, step in plan.steps.items()}
    return {address: "not sent: " + "; ".join(parts) for address, parts in found.items() if parts}


def foreign_parts(
    step: Step[Any], holdings: Holdings, node_at_port: NodeAtPort = lambda switch, port: None
) -> tuple[str, ...]:
    """What of the step is not the experiment's to touch, in words, sorted; nothing when it may be sent.

    Of what is taken down only the place has to be held (its values may have drifted to anything); of what is made or
    changed, every value too.  Steps of kinds that the state database holds are judged by its constraints.
    """
    change = step.change
    if change.address.experiment != holdings.experiment:
        return (f"{change.address} belongs to experiment {change.address.experiment}",)
    if change.address.kind not in KINDS:
        return (f"{change.address}: {unlisted(change.address.kind)}",)
    kind = KINDS[change.address.kind]
    states = [state for state in (change.resource.spec, change.before, change.after) if state is not None]
    used = [*kind.place(change.resource, states)]
    if change.after is not None:
        used += kind.uses(change.resource, change.after)
    return tuple(sorted({why for use in used if (why := _foreign(use, holdings, node_at_port))}))


def _foreign(use: Use, holdings: Holdings, node_at_port: NodeAtPort) -> str:
    """Why it is not the experiment's to use; empty when it is."""
    ours = holdings.experiment
    match use:
        case Node(name):
            return "" if name in holdings.nodes else f"node {name} is not reserved for {ours}"
        case Port(switch, port):  # one that no node of the site is known to be at is judged by its mark, on the switch
            node = node_at_port(switch, port)
            foreign = node is not None and node not in holdings.nodes
            return f"port {port} of {switch} leads to {node}, which is not reserved for {ours}" if foreign else ""
        case Number(pool, number):
            return "" if (pool, number) in holdings.ids else f"{pool} {number} is not leased to {ours}"
        case CarriedTag(pool, number):
            held = (pool, number) in holdings.ids or holdings.has_tag(number)
            return "" if held else f"{pool} {number} is not leased to {ours}"
        case ServiceTag(site, number):
            return "" if holdings.has_tag(number) else f"S-VLAN {number} at {site} is not leased to {ours}"
        case Mac(vm, mac):
            held = mac in holdings.macs.get(vm, ())
            return "" if held else f"MAC {mac} is not that of an address leased to {vm} of {ours}"
