"""How much of the site's goods one project may hold at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reconciler.model.errors import Refused
from reconciler.store.sql import Sql
from reconciler.store.stretches import IPV4


@dataclass(frozen=True, slots=True)
class Quota:
    """Limits on what all experiments of a project hold together; None is no limit."""

    nodes: int | None = None
    addresses: int | None = None
    vlans: int | None = None


@dataclass(frozen=True, slots=True)
class Quotas:
    """``each`` holds for every project that is not in ``projects``; experiments without a project are one, named ''."""

    each: Quota = Quota()
    projects: Mapping[str, Quota] = field(default_factory=dict)

    def of(self, project: str) -> Quota:
        return self.projects.get(project, self.each)


UNLIMITED = Quotas()


def lock_project(db: Sql, experiment: str) -> str:
    """The experiment's project; no other transaction takes anything for it until this one is over."""
    row = db.execute("SELECT project FROM experiments WHERE name = ?", (experiment,)).fetchone()
    project = str(row[0]) if row else ""
    db.execute("INSERT INTO projects VALUES (?) ON CONFLICT (name) DO UPDATE SET name = excluded.name", (project,))
    return project


def check_quota(db: Sql, project: str, experiment: str, quota: Quota) -> None:
    """Raises Refused: with what this transaction has taken, the project holds too much."""
    for what, limit, held in (
        ("nodes", quota.nodes, _NODES),
        ("addresses", quota.addresses, f"{_NUMBERS} AND l.pool = '{IPV4}'"),
        ("VLAN ids", quota.vlans, f"{_NUMBERS} AND l.pool LIKE 'vlan:_%'"),
    ):
        if limit is None:
            continue
        (use,) = db.execute(f"SELECT count(*) FROM {held} AND {_OF}", (experiment, project)).fetchone()  # noqa: S608 - constants
        if use > limit:
            raise Refused(
                f"project {project or '(none)'} may hold {limit} {what}, and with {experiment} would hold {use};"
                " destroy something of it, or have its quota raised"
            )


_OF = "(x.experiment = ? OR x.experiment IN (SELECT name FROM experiments WHERE project = ?))"
_NODES = "node_leases x WHERE x.state <> 'outside'"
_NUMBERS = "number_leases l JOIN holders x ON x.id = l.holder WHERE l.state IN ('reserved', 'bound')"
