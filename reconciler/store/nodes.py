"""Nodes as rows: a node is held by one experiment, or by nobody."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from reconciler.model.errors import Refused, Rejected
from reconciler.model.resource import Resource
from reconciler.resources.kind import Node
from reconciler.resources.kinds import KINDS
from reconciler.store.numbers import CONFLICT
from reconciler.store.sql import Backend, Sql


class InTheWay(Exception):
    """One of these nodes is another's; who it is is read after the transaction was given up."""

    def __init__(self, nodes: Sequence[str]) -> None:
        super().__init__(nodes)
        self.nodes = nodes


def held(db: Sql, experiment: str, holder: str) -> tuple[str, ...]:
    """By endpoint name, sorted.  ``holder`` is the resource, ``<kind>/<name>``."""
    found = db.execute(
        "SELECT node FROM node_leases WHERE experiment = ? AND holder = ? AND state <> 'outside'", (experiment, holder)
    )
    return tuple(sorted(node for (node,) in found))


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
        return Rejected(f"node {node} is held by {owner}; planning again picks another")
    return Rejected(f"{experiment}: {CONFLICT}")


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
            raise Refused(f"node {lost[0]} is no longer reserved for {experiment}; plan again")


def _nodes_under(resources: Iterable[Resource[Any]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for resource in resources:
        place = KINDS[resource.address.kind].place(resource, [resource.spec])
        nodes = {use.name for use in place if isinstance(use, Node)}
        if nodes:
            found.setdefault(resource.address.experiment, set()).update(nodes)
    return found
