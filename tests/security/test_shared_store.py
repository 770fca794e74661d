"""S24 and S29: one project cannot take everything, and a server of the store proves who it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg
import pytest

from reconciler.model.errors import Refused
from reconciler.resources.lease import AddressRange, Lease
from reconciler.resources.reservation import Reservation
from reconciler.store.database import Database
from reconciler.store.postgres import PostgresDatabase
from reconciler.store.postgres_address import Server
from reconciler.store.quotas import EVERY, Quota
from reconciler.store.store import Store
from tests.store.cluster import Cluster, running_cluster

FIRST = (10 << 24) + (136 << 16) + 1


def now() -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def limited() -> Iterator[Store]:
    store = Store(Database(None), now)
    store.leases.set_quota(EVERY, Quota(nodes=2, addresses=8))
    for name, project in (("a", "one"), ("b", "one"), ("c", "two")):
        store.begin(name, "d", None, "keep", project)
    yield store
    store.close()


def addresses(first: int, count: int) -> Lease:
    return Lease((AddressRange("vm", 0, FIRST + first, count),))


def test_s24_a_project_holds_no_more_than_its_quota_however_many_experiments_it_has(limited: Store) -> None:
    limited.leases.hold("a", [("lease", "lan", addresses(0, 8))])
    with pytest.raises(Refused, match="project one may hold 8 addresses"):
        limited.leases.hold("b", [("lease", "lan", addresses(100, 1))])
    limited.leases.hold("a", [("reservation", "hosts", Reservation(("n1.lille", "n2.lille")))])
    with pytest.raises(Refused, match="project one may hold 2 nodes"):
        limited.leases.hold("b", [("reservation", "hosts", Reservation(("n3.lille",)))])


def test_s24_what_one_project_has_used_up_takes_nothing_from_another(limited: Store) -> None:
    limited.leases.hold("a", [("lease", "lan", addresses(0, 8))])
    limited.leases.hold("c", [("lease", "lan", addresses(200, 8))])
    with pytest.raises(Refused):
        limited.leases.hold("b", [("lease", "lan", addresses(100, 1))])
    rows = limited.leases.rows()
    assert sum(row.experiment == "c" for row in rows) == 8
    assert not any(row.experiment == "b" for row in rows)


# -- a server ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer", "require", "verify-ca"])
@pytest.mark.parametrize("host", ["db.example", "192.0.2.1", "db.example,127.0.0.1"])
def test_s29_a_server_elsewhere_has_to_prove_who_it_is(host: str, mode: str) -> None:
    with pytest.raises(Refused, match="verify-full"):
        Server.parse(f"postgresql://u@{host}/db?sslmode={mode}")


def test_s29_without_a_word_about_it_full_verification_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PGSSLMODE", raising=False)
    assert "sslmode=verify-full" in Server.parse("postgresql://u@db.example/db").conninfo
    monkeypatch.setenv("PGSSLMODE", "require")
    with pytest.raises(Refused, match="sslmode=require"):
        Server.parse("postgresql://u@db.example/db")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with running_cluster() as running:
        yield running


def as_worker(cluster: Cluster) -> str:
    """The URL for a role that owns nothing and may only read and write rows."""
    url = cluster.fresh()
    PostgresDatabase(url).close()  # the owner makes the tables
    schema = url.rpartition("%3D")[2]
    for statement in (
        f"CREATE ROLE worker_{schema} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE",
        f"GRANT USAGE ON SCHEMA {schema} TO worker_{schema}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO worker_{schema}",
        f"REVOKE UPDATE, DELETE ON {schema}.audit FROM worker_{schema}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO worker_{schema}",
    ):
        cluster.run(statement)
    return cluster.url(schema, f"worker_{schema}")


def test_s29_a_role_that_may_only_read_and_write_rows_is_enough(cluster: Cluster) -> None:
    store = Store(PostgresDatabase(as_worker(cluster)), now)
    try:
        store.begin("a", "d", None, "keep", "one")
        epoch = store.lock("a", "run-1")
        store.leases.hold("a", [("lease", "lan", addresses(0, 8))], epoch)
        assert len(store.leases.rows()) == 8
        store.unlock("a", "run-1")
        store.end("a")
        assert [sealed.entry.act for sealed in store.audit.entries("a")] == ["wanted", "gone"]
    finally:
        store.close()


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE intents",
        "ALTER TABLE number_leases ADD COLUMN x int",
        "TRUNCATE node_leases",
        "CREATE TABLE x (y int)",
        "UPDATE audit SET who = 'nobody'",
        "DELETE FROM audit",
        "TRUNCATE audit",
        "DROP TRIGGER audit_not_changed ON audit",
        "CREATE OR REPLACE FUNCTION audit_not_changed() RETURNS trigger LANGUAGE sql AS 'SELECT NULL'",
    ],
)
def test_s29_such_a_role_cannot_change_the_tables(cluster: Cluster, statement: str) -> None:
    lacking = pytest.raises(psycopg.errors.InsufficientPrivilege)
    with psycopg.connect(as_worker(cluster), autocommit=True) as connection, lacking:
        connection.execute(statement)


def test_s29_a_role_without_a_right_is_told_so_and_changes_nothing(cluster: Cluster) -> None:
    url = as_worker(cluster)
    role = url.partition("//")[2].partition("@")[0]
    store = Store(PostgresDatabase(url), now)
    cluster.run(f"REVOKE INSERT ON ALL TABLES IN SCHEMA {role.removeprefix('worker_')} FROM {role}")
    with pytest.raises(Refused, match="owner grant"):
        store.begin("a", "d", None, "keep", "one")
    assert store.experiments() == []
    store.close()
