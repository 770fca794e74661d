"""How much of the site's items one project may hold at a time."""

from __future__ import annotations

from dataclasses import dataclass

from reconciler.model.errors import Refused
from reconciler.resources.number_ranges import IPV4
from reconciler.store.sql import Sql

EVERY = "*"
"""The project whose limits hold for every one that has no limit of its own."""
ENDLESS = -1


@dataclass(frozen=True, slots=True)
class Quota:
    """Limits on what all experiments of a project hold together; None is none of its own, ``ENDLESS`` no limit."""

    nodes: int | None = None
    addresses: int | None = None
    vlans: int | None = None

    def __str__(self) -> str:
        words = {None: "as everyone", ENDLESS: "no limit"}
        limits = {"nodes": self.nodes, "addresses": self.addresses, "VLAN ids": self.vlans}
        return ", ".join(f"{what} {words.get(limit, limit)}" for what, limit in limits.items())


def quotas(db: Sql) -> dict[str, Quota]:
    """What was set, by project; experiments without a project are one, named ''."""
    rows = db.execute("SELECT name, nodes, addresses, vlans FROM projects ORDER BY name").fetchall()
    found = {name: Quota(*limits) for name, *limits in rows}
    return {name: quota for name, quota in found.items() if quota != Quota()}


def set_quota(db: Sql, project: str, quota: Quota) -> None:
    db.execute(
        "INSERT INTO projects (name, nodes, addresses, vlans) VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET"
        " nodes = excluded.nodes, addresses = excluded.addresses, vlans = excluded.vlans",
        (project, quota.nodes, quota.addresses, quota.vlans),
    )


def quota_of(db: Sql, project: str) -> Quota:
    """What holds for a project: its own limits, else everyone's."""
    known = quotas(db)
    own, every = known.get(project, Quota()), known.get(EVERY, Quota())
    pairs = ((own.nodes, every.nodes), (own.addresses, every.addresses), (own.vlans, every.vlans))
    return Quota(*((mine if mine is not None else shared) for mine, shared in pairs))


def lock_project(db: Sql, experiment: str) -> str:
    """The experiment's project; no other transaction takes anything for it until this one is over."""
    row = db.execute("SELECT project FROM experiments WHERE name = ?", (experiment,)).fetchone()
    project = str(row[0]) if row else ""
    db.execute(
        "INSERT INTO projects (name) VALUES (?) ON CONFLICT (name) DO UPDATE SET name = excluded.name", (project,)
    )
    return project


def check_quota(db: Sql, project: str, experiment: str) -> None:
    """Raises Refused: with what this transaction has taken, the project holds too much."""
    quota = quota_of(db, project)
    for what, limit, held in (
        ("nodes", quota.nodes, _NODES),
        ("addresses", quota.addresses, f"{_NUMBERS} AND l.pool = '{IPV4}'"),
        ("VLAN ids", quota.vlans, f"{_NUMBERS} AND l.pool LIKE 'vlan:_%'"),
    ):
        if limit is None or limit == ENDLESS:
            continue
        (use,) = db.execute(f"SELECT count(*) FROM {held} AND {_OF}", (experiment, project)).fetchone()  # noqa: S608 - constants
        if use > limit:
            raise Refused(
                f"project {project or '(none)'} may hold {limit} {what}, and with {experiment} would hold {use};"
                " destroy an experiment of it, or ask for a higher quota"
            )


_OF = "(x.experiment = ? OR x.experiment IN (SELECT name FROM experiments WHERE project = ?))"
_NODES = "node_leases x WHERE x.state <> 'outside'"
_NUMBERS = "number_leases l JOIN holders x ON x.id = l.holder WHERE l.state IN ('reserved', 'bound')"
