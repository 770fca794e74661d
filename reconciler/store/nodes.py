"""Nodes as rows: a node is held by one experiment, or by nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from reconciler.model.errors import Refused, Rejected
from reconciler.model.resource import Resource
from reconciler.resources.bridge import Bridge
from reconciler.resources.deployment import Deployment
from reconciler.resources.domain import Domain
from reconciler.resources.host import Host
from reconciler.resources.reservation import Reservation
from reconciler.store.sql import Backend, Sql


class InTheWay(Exception):
    """One of these nodes is another's; who it is is read after the transaction was given up."""

    def __init__(self, nodes: Sequence[str]) -> None:
        super().__init__(nodes)
        self.nodes = nodes


def holding(db: Sql, experiment: str, name: str) -> Reservation | None:
    found = db.execute(
        "SELECT node FROM node_leases WHERE experiment = ? AND holder = ? AND state <> 'outside'", (experiment, name)
    )
    nodes = tuple(sorted(node for (node,) in found))
    return Reservation(nodes) if nodes else None


def give_back(db: Sql, nodes: Iterable[str]) -> None:
    """Free at once: what a node still has of ours is looked for before another uses it."""
    db.executemany("DELETE FROM node_leases WHERE node = ?", [(node,) for node in nodes])


def take(db: Sql, backend: Backend, experiment: str, wanted: Iterable[tuple[str, str]]) -> None:
    """Raises InTheWay: one is another's; then the transaction has to be given up."""
    rows = sorted(wanted)
    try:
        db.executemany(
            "INSERT INTO node_leases (node, experiment, holder, state) VALUES (?, ?, ?, 'reserved')",
            [(node, experiment, name) for node, name in rows],
        )
    except backend.conflicts:
        raise InTheWay([node for node, _ in rows]) from None


def name_holder(db: Sql, experiment: str, nodes: Iterable[str]) -> Rejected:
    held = [
        (owner == experiment, node, owner or holder)
        for node in nodes
        for owner, holder in db.execute("SELECT experiment, holder FROM node_leases WHERE node = ?", (node,)).fetchall()
    ]
    if held:  # another's before what the experiment holds by another name
        _, node, owner = min(held)
        return Rejected(f"node {node} is held by {owner}; planning again chooses another")
    return Rejected(f"{experiment}: a node was another's a moment ago; planning again chooses anew")


def rows(db: Sql, experiment: str | None = None) -> list[tuple[str, str, str, str]]:
    """(node, experiment, holder, state) in order."""
    found = db.execute("SELECT node, experiment, holder, state FROM node_leases ORDER BY node").fetchall()
    return [(node, owner, holder, state) for node, owner, holder, state in found if experiment in (None, owner)]


def check_held(db: Sql, resources: Iterable[Resource[Any]]) -> None:
    """Raises Refused: what is on a node is to be changed, and the node is not the experiment's now."""
    for experiment, wanted in sorted(_nodes_under(resources).items()):
        held = {node for (node,) in db.execute("SELECT node FROM node_leases WHERE experiment = ?", (experiment,))}
        lost = sorted(wanted - held)
        if lost:
            raise Refused(f"node {lost[0]} is not reserved to {experiment} any more; plan again")


def _nodes_under(resources: Iterable[Resource[Any]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for resource in resources:
        node = _NODE_OF.get(type(resource.spec))
        if node is not None:
            found.setdefault(resource.address.experiment, set()).add(node(resource))
    return found


_NODE_OF: dict[type, Callable[[Resource[Any]], str]] = {
    Deployment: lambda resource: resource.address.name,
    **dict.fromkeys((Host, Bridge, Domain), lambda resource: resource.endpoint.host),
}
