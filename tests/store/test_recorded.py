"""A database that an earlier version left says the same on either server, once it was brought up to date."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from reconciler.model.address import Address
from reconciler.store.database import Database
from reconciler.store.postgres import PostgresDatabase
from reconciler.store.postgres_words import translate_schema
from reconciler.store.schema import MIGRATIONS
from reconciler.store.sql import statements
from reconciler.store.store import Store
from tests.store.cluster import Cluster
from tests.store.recorded.restore import FOLDER, NAME, restore_database
from tests.store.stores import HandClock

SCHEMAS = range(1, len(MIGRATIONS))
KINDS = {"reservation", "deployment", "host", "vlan", "bridge", "switch", "lease", "domain"}


def recorded(schema: int, ending: str = "") -> str:
    file = FOLDER / f"schema-{schema}{ending}.sql"
    assert file.exists(), f"check out the last version of schema {schema} and record it: see tests/store/recorded"
    return file.read_text()


def brought_up_to_date(text: str, folder: Path) -> Store:
    restore_database(text, folder / "state.db")
    return Store(Database(folder / "state.db"), HandClock())


def copied_to_server(text: str, schema: int, url: str) -> Store:
    """The same rows in the tables of that schema on the server."""
    with closing(sqlite3.connect(":memory:")) as source, psycopg.connect(url) as server:
        source.executescript(text)
        for statement in statements("".join(translate_schema(script) for script in MIGRATIONS[:schema])):
            server.execute(statement)
        if schema > 1:
            server.execute("DELETE FROM counters")  # the tables came with one
        for (table,) in source.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            rows = source.execute(f"SELECT * FROM {table}")
            columns = [column for column, *_ in rows.description]
            insert = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))})"
            server.cursor().executemany(insert, rows.fetchall())
        server.execute("INSERT INTO meta VALUES ('schema', %s)", (str(schema),))
    return Store(PostgresDatabase(url), HandClock())


@pytest.fixture
def opened(request: pytest.FixtureRequest, dialect: str, tmp_path: Path) -> Store:
    schema, ending = request.param
    text = recorded(schema, ending)
    if dialect == "sqlite":
        return brought_up_to_date(text, tmp_path)
    if schema == 1:
        pytest.skip("no version kept this schema on a server")
    cluster: Cluster = request.getfixturevalue("cluster")
    return copied_to_server(text, schema, cluster.fresh())


def specs(store: Store) -> Mapping[Address, Any]:
    return {address: resource.spec for address, resource in store.allocations(NAME).recorded.items()}


@pytest.mark.parametrize("schema", SCHEMAS)
def test_a_migration_is_never_edited_once_states_were_written_with_it(dialect: str, schema: int) -> None:
    """But for brackets, which PostgreSQL wanted where SQLite does not."""

    def tables(script: str) -> dict[str, str]:
        with closing(sqlite3.connect(":memory:")) as db:
            db.executescript(script)
            made = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"
            return {name: re.sub(r"[\s()]+", " ", sql) for name, sql in db.execute(made)}

    assert tables("".join(MIGRATIONS[:schema])) == tables(recorded(schema))


@pytest.mark.parametrize("opened", [(schema, "") for schema in SCHEMAS], indirect=True, ids=str)
def test_what_was_recorded_is_read_as_the_latest_version_would_have_written_it(opened: Store, tmp_path: Path) -> None:
    latest = brought_up_to_date(recorded(SCHEMAS[-1]), tmp_path / "latest")
    assert specs(opened) == specs(latest)
    assert {address.kind for address in specs(opened)} == KINDS
    assert {row.what for row in opened.leases.rows()} == {row.what for row in latest.leases.rows()}


@pytest.mark.parametrize("opened", [(schema, "-cut-short") for schema in SCHEMAS], indirect=True, ids=str)
def test_what_an_update_was_killed_in_is_open(opened: Store) -> None:
    allocations = opened.allocations(NAME)
    assert {address.kind for address in allocations.open} == {"domain"}
    assert allocations.open.keys() <= allocations.intended.keys() | allocations.recorded.keys()
    assert allocations.intended, "one was to be changed"
    assert all(intent.doubtful for intent in allocations.open.values()), "no one here can say whether that run is over"
