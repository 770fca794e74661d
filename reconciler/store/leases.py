"""What is held: nodes, addresses, VLAN ids.  Rows under a constraint, given all or not at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from reconciler.model.errors import Rejected
from reconciler.resources.holding import Lease, Reservation, Vlan, derive_mac, gather_runs, render_ipv4
from reconciler.store.database import Clock, Database

IPV4 = "ipv4"
QUARANTINE = timedelta(seconds=300)
"""How long a returned number is kept from others: longer than a late effect or a switch's memory of a MAC."""


@dataclass(frozen=True, slots=True)
class LeaseRow:
    """One held number, for people: ``what`` is the address or the id, ``member`` the VM it belongs to."""

    pool: str
    what: str
    mac: str
    experiment: str
    holder: str
    member: str
    state: str
    free_at: str | None


class LeaseBook:
    """The address books of all experiments in one database."""

    def __init__(self, database: Database, clock: Clock, quarantine: timedelta = QUARANTINE) -> None:
        self._database, self._clock, self._quarantine = database, clock, quarantine

    def holding(self, experiment: str, kind: str, name: str) -> Reservation | Lease | Vlan | None:
        """What one reservation, lease or vlan resource holds now; None when it holds nothing."""
        with self._database.reading() as db:
            return _holding(db, experiment, kind, name)

    def hold(self, experiment: str, entries: Iterable[tuple[str, str, Reservation | Lease | Vlan | None]]) -> None:
        """Make each resource (kind, name) hold exactly what stands beside it, all of them in one transaction.

        Raises:
            Rejected: something wanted is another's; nothing was changed.
        """
        with self._database.transaction() as db:
            swaps = [_Swap(k, n, _items(_holding(db, experiment, k, n)), _items(wanted)) for k, n, wanted in entries]
            for swap in swaps:  # first, so that one resource may take what another gives up
                self._release(db, swap)
            for swap in swaps:
                _take(db, experiment, swap)

    def rows(self, experiment: str | None = None) -> list[LeaseRow]:
        """Every held or quarantined number, addresses in order."""
        with self._database.reading() as db:
            found = db.execute(
                "SELECT pool, item, experiment, holder, member, state, free_at FROM number_leases"
                " WHERE ?1 IS NULL OR experiment = ?1 ORDER BY pool, item",
                (experiment,),
            ).fetchall()
            nodes = db.execute(
                "SELECT node, experiment, holder FROM node_leases WHERE ?1 IS NULL OR experiment = ?1 ORDER BY node",
                (experiment,),
            ).fetchall()
        numbers = [
            LeaseRow(
                pool, render_ipv4(item) if pool == IPV4 else str(item), derive_mac(item) if pool == IPV4 else "", *rest
            )
            for pool, item, *rest in found
        ]
        return numbers + [LeaseRow("node", node, "", owner, holder, "", "held", None) for node, owner, holder in nodes]

    def taken(self, experiment: str) -> tuple[Mapping[str, str], Mapping[int, str], Mapping[tuple[str, int], str]]:
        """What others hold, or left less than a quarantine ago: nodes, addresses, ids, each with its holder."""
        self._expire()
        with self._database.reading() as db:
            nodes = dict(db.execute("SELECT node, experiment FROM node_leases WHERE experiment <> ?", (experiment,)))
            numbers = db.execute(
                "SELECT pool, item, experiment FROM number_leases WHERE experiment <> ?", (experiment,)
            ).fetchall()
        addresses = {item: owner for pool, item, owner in numbers if pool == IPV4}
        return nodes, addresses, {(pool, item): owner for pool, item, owner in numbers if pool != IPV4}

    def _expire(self) -> None:
        now = self._clock().isoformat()
        with self._database.reading() as db:
            due = db.execute(
                "SELECT 1 FROM number_leases WHERE state = 'quarantine' AND free_at <= ? LIMIT 1", (now,)
            ).fetchone()
        if due is not None:
            with self._database.transaction() as db:
                db.execute("DELETE FROM number_leases WHERE state = 'quarantine' AND free_at <= ?", (now,))

    def _release(self, db: sqlite3.Connection, swap: _Swap) -> None:
        given_back = sorted(swap.before - swap.after)
        if swap.kind == "reservation":
            db.executemany("DELETE FROM node_leases WHERE node = ?", [(node,) for _, node in given_back])
            return
        free_at = (self._clock() + self._quarantine).isoformat()
        db.executemany(
            "UPDATE number_leases SET state = 'quarantine', free_at = ? WHERE pool = ? AND item = ?",
            [(free_at, pool, item) for (pool, _), item in given_back],
        )


@dataclass(frozen=True, slots=True)
class _Swap:
    """What one resource holds and what it is to hold."""

    kind: str
    name: str
    before: set[_Item]
    after: set[_Item]


def _take(db: sqlite3.Connection, experiment: str, swap: _Swap) -> None:
    if swap.kind == "reservation":
        _take_nodes(db, experiment, swap.name, sorted(str(node) for _, node in swap.after - swap.before))
    else:
        _take_numbers(db, experiment, f"{swap.kind}/{swap.name}", swap)


def _take_nodes(db: sqlite3.Connection, experiment: str, name: str, nodes: Iterable[str]) -> None:
    for node in nodes:
        try:
            db.execute("INSERT INTO node_leases VALUES (?, ?, ?)", (node, experiment, name))
        except sqlite3.IntegrityError:
            (owner,) = db.execute("SELECT experiment FROM node_leases WHERE node = ?", (node,)).fetchone()
            raise Rejected(f"node {node} is held by {owner}; planning again chooses another") from None


def _take_numbers(db: sqlite3.Connection, experiment: str, holder: str, swap: _Swap) -> None:
    rows = [(pool, item, experiment, holder, member) for (pool, member), item in sorted(swap.after - swap.before)]
    try:
        db.executemany(
            "INSERT INTO number_leases VALUES (?, ?, ?, ?, ?, 'held', NULL) ON CONFLICT (pool, item) DO UPDATE"
            " SET holder = excluded.holder, member = excluded.member, state = 'held', free_at = NULL"
            " WHERE number_leases.experiment = excluded.experiment AND number_leases.state = 'quarantine'",
            rows,
        )
    except sqlite3.IntegrityError as error:
        raise Rejected(f"{holder}: {error}; planning again chooses other numbers") from None
    (held,) = db.execute(
        "SELECT count(*) FROM number_leases WHERE experiment = ? AND holder = ? AND state = 'held'",
        (experiment, holder),
    ).fetchone()
    if held != len(swap.after):
        raise Rejected(_name_holder(db, experiment, holder, rows))


def _name_holder(
    db: sqlite3.Connection, experiment: str, holder: str, rows: Iterable[tuple[str, int | str, str, str, str]]
) -> str:
    """An insert that met another's row did nothing: say whose it is."""
    for pool, item, *_ in rows:
        owner, their, state = db.execute(
            "SELECT experiment, holder, state FROM number_leases WHERE pool = ? AND item = ?", (pool, item)
        ).fetchone()
        if (owner, their, state) != (experiment, holder, "held"):
            what = render_ipv4(int(item)) if pool == IPV4 else f"{pool} {item}"
            return f"{what} is held by {owner} ({their}, {state}); planning again chooses another"
    return f"{holder}: held rows differ from what was asked"


_Item = tuple[tuple[str, str], "int | str"]
"""((pool, member), item)"""


def _items(spec: Reservation | Lease | Vlan | None) -> set[_Item]:
    match spec:
        case Reservation(nodes):
            return {(("node", ""), node) for node in nodes}
        case Lease(runs):
            return {((IPV4, vm), number) for run in runs for vm, number in run.pairs()}
        case Vlan(ids):
            return {((pool, ""), number) for pool, number in ids}
        case None:
            return set()


def _holding(db: sqlite3.Connection, experiment: str, kind: str, name: str) -> Reservation | Lease | Vlan | None:
    if kind == "reservation":
        found = db.execute("SELECT node FROM node_leases WHERE experiment = ? AND holder = ?", (experiment, name))
        nodes = tuple(sorted(node for (node,) in found))
        return Reservation(nodes) if nodes else None
    rows = db.execute(
        "SELECT pool, item, member FROM number_leases WHERE experiment = ? AND holder = ? AND state = 'held'",
        (experiment, f"{kind}/{name}"),
    ).fetchall()
    if not rows:
        return None
    if kind == "vlan":
        return Vlan(tuple(sorted((pool, item) for pool, item, _ in rows)))
    return Lease(gather_runs((member, item) for _, item, member in rows))
