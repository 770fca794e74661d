"""What was recorded of each resource, and what an update under way makes of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from reconciler.model.address import Address
from reconciler.model.errors import Refused
from reconciler.model.resource import Resource
from reconciler.store.codec import Decoder, encode_resource
from reconciler.store.sql import Sql

_REPLACE = (
    "INSERT INTO {table} (experiment, kind, name, endpoint, spec, needs, carrier, version)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (experiment, kind, name) DO UPDATE SET endpoint = excluded.endpoint, spec = excluded.spec,"
    " needs = excluded.needs, carrier = excluded.carrier, version = excluded.version"
)
_ADD = (
    "INSERT INTO resources (experiment, kind, name, endpoint, spec, needs, carrier, version)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT DO NOTHING"
)
_DROP = "DELETE FROM {table} WHERE experiment = ? AND kind = ? AND name = ?"


def read_resources(db: Sql, experiment: str) -> tuple[dict[Address, Resource[Any]], dict[Address, Resource[Any]]]:
    """What is recorded, and what is intended instead."""
    decoder = Decoder(experiment)
    return _read(db, "resources", decoder, experiment), _read(db, "intended", decoder, experiment)


def _read(db: Sql, table: str, decoder: Decoder, experiment: str) -> dict[Address, Resource[Any]]:
    query = f"SELECT kind, name, endpoint, spec, needs, carrier, version FROM {table} WHERE experiment = ?"  # noqa: S608 - one of two
    try:
        found = [decoder.resource(row) for row in db.execute(query, (experiment,))]
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
        raise Refused(
            f"the state database has an unreadable row of {experiment} ({type(error).__name__}: {error});"
            " nothing was changed: restore the database from a backup"
        ) from error
    return {resource.address: resource for resource in found}


def record(db: Sql, resources: Iterable[Resource[Any]]) -> None:
    """These are as they are now; nothing else is intended of them."""
    rows = _rows(resources)
    db.executemany(_REPLACE.format(table="resources"), rows)
    db.executemany(_DROP.format(table="intended"), [row[:3] for row in rows])


def record_if_new(db: Sql, resources: Iterable[Resource[Any]]) -> None:
    db.executemany(_ADD, _rows(resources))


def intend(db: Sql, resources: Iterable[Resource[Any]]) -> None:
    db.executemany(_REPLACE.format(table="intended"), _rows(resources))


def give_up(db: Sql, addresses: Iterable[Address]) -> None:
    """What was intended of these did not come about."""
    db.executemany(_DROP.format(table="intended"), _keys(addresses))


def forget(db: Sql, addresses: Iterable[Address]) -> None:
    keys = _keys(addresses)
    for table in ("resources", "intended"):
        db.executemany(_DROP.format(table=table), keys)


def _rows(resources: Iterable[Resource[Any]]) -> list[tuple[Any, ...]]:
    return [(resource.address.experiment, *encode_resource(resource)) for resource in resources]


def _keys(addresses: Iterable[Address]) -> list[tuple[str, str, str]]:
    return [(a.experiment, a.kind, a.name) for a in sorted(addresses)]


def intends(db: Sql, experiment: str) -> bool:
    """Whether anything is recorded as more than one thing: as it was, and as an update makes it."""
    return db.execute("SELECT 1 FROM intended WHERE experiment = ? LIMIT 1", (experiment,)).fetchone() is not None
