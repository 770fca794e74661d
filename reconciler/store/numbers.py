"""Addresses and VLAN ids as rows: one a number, under constraints, written and given back by the number range."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from reconciler.model.errors import Rejected
from reconciler.resources.lease import derive_mac, render_ipv4
from reconciler.resources.number_ranges import IPV4, NumberRange, merge_numbers
from reconciler.store.sql import Backend, Sql

OURS = "state IN ('reserved', 'bound')"
ROWS = (
    "SELECT l.pool, l.item, h.experiment, h.holder, h.vm_group, l.member, l.state, l.free_at"
    " FROM number_leases l JOIN holders h ON h.id = l.holder"
)
CONFLICT = "conflict: another experiment allocated it first; planning again picks a free one"
_MAC_BITS = 0xFFFFFF


def held(db: Sql, experiment: str, holder: str) -> tuple[NumberRange, ...]:
    rows = db.execute(
        "SELECT l.pool, h.vm_group, l.member, l.item FROM number_leases l JOIN holders h ON h.id = l.holder"  # noqa: S608 - a constant
        f" WHERE h.experiment = ? AND h.holder = ? AND l.{OURS} ORDER BY l.pool, h.vm_group, l.member, l.item",
        (experiment, holder),
    ).fetchall()
    by_pool = groupby(rows, key=itemgetter(0))
    return tuple(each for pool, found in by_pool for each in merge_numbers(pool, (row[1:] for row in found)))


def give_back(db: Sql, holder: tuple[str, str], number_range: NumberRange, free_at: datetime) -> None:
    """What a device may have used is kept from others for a while; what none ever did is free at once."""
    where = (
        "pool = ? AND item BETWEEN ? AND ? AND state = ?"
        " AND holder IN (SELECT id FROM holders WHERE experiment = ? AND holder = ?)"
    )
    span = number_range.pool, number_range.first, number_range.last
    db.execute(f"DELETE FROM number_leases WHERE {where}", (*span, "reserved", *holder))  # noqa: S608 - a constant
    db.execute(
        f"UPDATE number_leases SET state = 'quarantine', free_at = ? WHERE {where}",  # noqa: S608 - a constant
        (free_at.isoformat(), *span, "bound", *holder),
    )


def take(db: Sql, backend: Backend, holder: tuple[str, str], number_range: NumberRange) -> None:
    """Every number of a number range, or Rejected; then the transaction has to be given up.

    What the experiment itself gave back a moment ago it may have again, as used as it is.
    """
    number = holder_id(db, holder, number_range.group)
    try:
        taken = db.execute(
            "INSERT INTO number_leases (pool, item, holder, member, state, free_at)"  # noqa: S608 - constants of the dialect
            f" {backend.with_series} SELECT CAST(? AS TEXT), n + CAST(? AS BIGINT), CAST(? AS BIGINT),"
            f" n + CAST(? AS BIGINT), 'reserved', NULL FROM {backend.series} WHERE true ON CONFLICT (pool, item) DO"
            " UPDATE SET holder = excluded.holder, member = excluded.member, state = 'bound', free_at = NULL"
            " WHERE number_leases.state = 'quarantine'"
            " AND number_leases.holder IN (SELECT id FROM holders WHERE experiment = ?)",
            backend.place_series(
                number_range.count, (number_range.pool, number_range.first, number, number_range.index), (holder[0],)
            ),
        ).rowcount
    except backend.conflicts:
        raise InTheWay(number_range) from None
    if taken != number_range.count:
        raise InTheWay(number_range)


class InTheWay(Exception):
    """Something of this number range is another's; who it is is read after the transaction was given up."""

    def __init__(self, number_range: NumberRange) -> None:
        super().__init__(number_range)
        self.number_range = number_range


def name_holder(db: Sql, holder: tuple[str, str], number_range: NumberRange) -> Rejected:
    """Say whose the number or the MAC is that is in the way."""
    found = db.execute(
        "SELECT l.item, h.experiment, h.holder, l.state FROM number_leases l JOIN holders h ON h.id = l.holder"
        " WHERE l.pool = ? AND l.item BETWEEN ? AND ? AND NOT (h.experiment = ? AND l.state = 'quarantine')"
        " AND NOT (h.experiment = ? AND h.holder = ?) ORDER BY l.item LIMIT 1",
        (number_range.pool, number_range.first, number_range.last, holder[0], *holder),
    ).fetchone()
    if found is not None:
        item, experiment, theirs, state = found
        what = render_ipv4(int(item)) if number_range.pool == IPV4 else f"{number_range.pool} {item}"
        return Rejected(
            f"{what} is held by {experiment or theirs} ({theirs}, {shown(state)}); planning again picks another"
        )
    low, high = number_range.first & _MAC_BITS, number_range.last & _MAC_BITS
    same = db.execute(
        "SELECT l.item, h.experiment FROM number_leases l JOIN holders h ON h.id = l.holder"
        " WHERE l.pool = ? AND (l.item & 16777215) BETWEEN ? AND ? AND l.state <> 'outside' ORDER BY l.item LIMIT 1",
        (number_range.pool, low, high),
    ).fetchone()
    if number_range.pool == IPV4 and same is not None:
        return Rejected(
            f"{render_ipv4(same[0])} of {same[1]} has the MAC {derive_mac(same[0])} already;"
            " planning again picks other addresses"
        )
    return Rejected(f"{holder[1]}: {CONFLICT}")


def bind(db: Sql, experiment: str) -> None:
    """A device of this experiment is about to be changed: from now on it may use what is reserved."""
    db.execute(
        "UPDATE number_leases SET state = 'bound' WHERE state = 'reserved'"
        " AND holder IN (SELECT id FROM holders WHERE experiment = ?)",
        (experiment,),
    )
    db.execute("UPDATE node_leases SET state = 'bound' WHERE state = 'reserved' AND experiment = ?", (experiment,))


def shown(state: str) -> str:
    """The state as people read it: what the tables call ``outside`` is an external reservation."""
    return "external" if state == "outside" else state


def holder_id(db: Sql, holder: tuple[str, str], group: str = "") -> int:
    key = (*holder, group)
    find = "SELECT id FROM holders WHERE experiment = ? AND holder = ? AND vm_group = ?"
    found = db.execute(find, key).fetchone()
    if found is None:
        db.execute(
            "INSERT INTO holders (experiment, holder, vm_group) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            key,
        )
        found = db.execute(find, key).fetchone()
    return int(found[0])


def find(db: Sql, pool: str, items: Sequence[int]) -> list[Any]:
    """Rows of these numbers, in order."""
    if not items:
        return []
    wanted = set(items)
    within = db.execute(
        f"{ROWS} WHERE l.pool = ? AND l.item BETWEEN ? AND ? ORDER BY l.item", (pool, items[0], items[-1])
    )
    return [row for row in within if row[1] in wanted]


def taken_numbers(db: Sql, experiment: str) -> Iterable[tuple[str, int, str]]:
    """(pool, number, whose) of everything that is not this experiment's, in order."""
    names = {
        number: owner or holder for number, owner, holder in db.execute("SELECT id, experiment, holder FROM holders")
    }
    ours = {n for (n,) in db.execute("SELECT id FROM holders WHERE experiment = ?", (experiment,))}
    rows = db.execute("SELECT pool, item, holder FROM number_leases ORDER BY pool, item")
    return [(pool, item, names[holder]) for pool, item, holder in rows if holder not in ours]
