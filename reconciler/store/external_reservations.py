"""Numbers and nodes that people outside the tool have: reserved by hand, or found in use by others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reconciler.model.errors import Rejected
from reconciler.resources.lease import render_ipv4
from reconciler.resources.number_ranges import IPV4
from reconciler.store.numbers import holder_id
from reconciler.store.sql import Backend, Sql

FOREIGN = "(foreign)"
NODES = "node"
_SHOWN = 4


def reserve(db: Sql, backend: Backend, pool: str, items: Sequence[int | str], who: str, why: str) -> None:
    """Raises Rejected when one of them is held, or kept from others after its return."""
    for item in items:  # before the insert: after a conflict nothing more could be read
        held = _held(db, pool, item)
        if held is not None:
            raise Rejected(f"{_name(pool, item)} is held by {held}; nothing was reserved")
    try:
        _insert(db, pool, items, who, why)
    except backend.conflicts:
        raise Rejected(
            f"conflict: another run took one of {len(items)} first; nothing was reserved, try again"
        ) from None


def unreserve(db: Sql, pool: str, items: Iterable[int | str]) -> list[int | str]:
    """Those that were given back."""
    table, key = ("node_leases", "node") if pool == NODES else ("number_leases", "item")
    also = "" if pool == NODES else " AND pool = ?"
    return [
        item
        for item in items
        if db.execute(
            f"DELETE FROM {table} WHERE {key} = ? AND state = 'outside'{also}",  # noqa: S608 - constants
            (item,) if pool == NODES else (item, pool),
        ).rowcount
    ]


def mark_foreign(db: Sql, pool: str, item: int | str, what: str) -> None:
    if pool == NODES:
        db.execute("DELETE FROM node_leases WHERE node = ?", (item,))
    else:
        db.execute("DELETE FROM number_leases WHERE pool = ? AND item = ?", (pool, item))
    _insert(db, pool, [item], FOREIGN, what)


def is_of(db: Sql, experiment: str, pool: str, item: int) -> bool:
    found = db.execute(
        "SELECT 1 FROM number_leases l JOIN holders h ON h.id = l.holder"
        " WHERE l.pool = ? AND l.item = ? AND h.experiment = ?",
        (pool, item, experiment),
    ).fetchone()
    return found is not None


def _insert(db: Sql, pool: str, items: Sequence[int | str], who: str, why: str) -> None:
    if pool == NODES:
        db.executemany(
            "INSERT INTO node_leases (node, experiment, holder, state) VALUES (?, '', ?, 'outside')",
            [(item, f"{who}: {why}") for item in items],
        )
        return
    number = holder_id(db, ("", who), why)
    db.executemany(
        "INSERT INTO number_leases (pool, item, holder, member, state, free_at) VALUES (?, ?, ?, 0, 'outside', NULL)",
        [(pool, item, number) for item in items],
    )


def _held(db: Sql, pool: str, item: int | str) -> str | None:
    if pool == NODES:
        row = db.execute("SELECT experiment, holder FROM node_leases WHERE node = ?", (item,)).fetchone()
    else:
        row = db.execute(
            "SELECT h.experiment, h.holder FROM number_leases l JOIN holders h ON h.id = l.holder"
            " WHERE l.pool = ? AND l.item = ?",
            (pool, item),
        ).fetchone()
    return None if row is None else str(row[0] or row[1])


def describe(pool: str, items: Sequence[int | str]) -> str:
    """In one line, however many there are."""
    shown = ", ".join(_name(pool, item) for item in items[:_SHOWN])
    return f"{shown} and {len(items) - _SHOWN} more" if len(items) > _SHOWN else shown


def _name(pool: str, item: int | str) -> str:
    return render_ipv4(int(item)) if pool == IPV4 else f"{pool} {item}"
