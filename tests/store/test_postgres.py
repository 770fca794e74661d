"""What is PostgreSQL's alone: whom it trusts, what it refuses, and a reply to COMMIT that was lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any
from unittest.mock import Mock

import psycopg
import pytest

from reconciler.model.errors import Locked, Refused, Unreachable
from reconciler.store.postgres import PostgresDatabase, translate_schema
from reconciler.store.postgres_address import Server
from reconciler.store.schema import MIGRATIONS
from reconciler.store.store import Store
from tests.store.cluster import Cluster


@pytest.fixture
def database(cluster: Cluster) -> Iterator[PostgresDatabase]:
    made = PostgresDatabase(cluster.fresh())
    yield made
    made.close()


def kill(cluster: Cluster, connection: psycopg.Connection[Any]) -> None:
    """End the server's side of a connection, as when the server restarts."""
    cluster.run(f"SELECT pg_terminate_backend({connection.info.backend_pid}, 10000)")


def keys(database: PostgresDatabase) -> list[str]:
    with database.reading() as db:
        return [key for (key,) in db.execute("SELECT key FROM meta WHERE key LIKE 'k%' ORDER BY key")]


def put(database: PostgresDatabase, key: str) -> None:
    with database.transaction() as db:
        db.execute("INSERT INTO meta VALUES (?, ?)", (key, "v"))


# -- whom we talk to -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://u@db.example.org/x?sslmode=require", "sslmode=require does not prove who answers"),
        ("postgresql://u@db.example.org/x?sslmode=disable", "give sslmode=verify-full"),
        ("postgresql://u@127.0.0.1,192.0.2.1/x?sslmode=prefer", "sslmode=prefer"),
        ("postgresql://u@localhost/x?hostaddr=192.0.2.1&sslmode=prefer", "sslmode=prefer"),
        ("postgresql://u:canary@db.example.org/x", "put it into ~/.pgpass"),
        ("postgresql://u@db/x?password=canary", "put it into ~/.pgpass"),
        ("postgresql:///x?service=main", "give the whole URL"),
        ("host=db.example.org dbname=x", "is not a PostgreSQL URL"),
        ("postgresql://u@[db/x", "is not a PostgreSQL URL"),
        ("mysql://u@db/x", "is not a PostgreSQL URL"),
    ],
)
def test_a_server_that_is_not_proved_is_refused_before_anything_is_sent(url: str, said: str) -> None:
    with pytest.raises(Refused, match=said) as refusal:
        Server.parse(url)
    assert "canary" not in str(refusal.value)


def test_a_server_elsewhere_has_to_prove_itself_unless_it_is_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "sslmode=verify-full" in Server.parse("postgresql://u@db.example.org/x").conninfo
    for here in (
        "postgresql:///x",
        "postgresql://u@127.0.0.1/x",
        "postgresql://u@[::1]/x",
        "postgresql:///x?host=/run",
    ):
        assert "sslmode" not in Server.parse(here).conninfo
    monkeypatch.setenv("PGHOST", "db.example.org")
    assert "sslmode=verify-full" in Server.parse("postgresql:///x").conninfo


def test_nobody_answering_is_said_in_a_line() -> None:
    with pytest.raises(Unreachable, match=r"the store x on 127\.0\.0\.1: .*(refused|failed)") as error:
        PostgresDatabase("postgresql://u@127.0.0.1:1/x")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("setting", ["off", "local", "remote_write"])
def test_a_server_that_may_lose_what_it_acknowledged_is_refused(cluster: Cluster, setting: str) -> None:
    url = cluster.fresh().replace("options=", f"options=-csynchronous_commit%3D{setting}%20")
    with pytest.raises(Refused, match=f"synchronous_commit is {setting}: it may lose what it acknowledged"):
        PostgresDatabase(url)


def test_tables_of_a_later_version_are_refused_and_not_touched(cluster: Cluster) -> None:
    url = cluster.fresh()
    made = PostgresDatabase(url)
    later = str(len(MIGRATIONS) + 1)
    with made.transaction() as db:
        db.execute("UPDATE meta SET value = ? WHERE key = 'schema'", (later,))
    made.close()
    with pytest.raises(Refused, match=rf"written by a later version of this program \(schema {later}\); upgrade first"):
        PostgresDatabase(url)


def test_programs_that_start_at_once_make_the_tables_once(cluster: Cluster) -> None:
    url, made, failed = cluster.fresh(), [], []

    def start() -> None:
        try:
            made.append(PostgresDatabase(url))
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=start) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == [] and len({Store(one, one.now).allocations("e").fence.lineage for one in made}) == 1
    for one in made:
        one.close()


def test_a_role_that_may_only_read_and_write_rows_is_enough(cluster: Cluster) -> None:
    url = cluster.fresh()
    PostgresDatabase(url).close()
    schema = url.rpartition("%3D")[2]
    cluster.run(f"CREATE ROLE worker_{schema} LOGIN")
    cluster.run(f"GRANT USAGE ON SCHEMA {schema} TO worker_{schema}")
    refused = url.replace("owner@", f"worker_{schema}@")
    with pytest.raises(Refused, match="permission denied for table"):
        PostgresDatabase(refused)
    cluster.run(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO worker_{schema}")
    worker = PostgresDatabase(refused)
    store = Store(worker, worker.now)
    assert store.lock("exp", "run") > 0
    store.unlock("exp", "run")
    with pytest.raises(Refused, match="must be owner"), worker.transaction() as db:
        db.execute("DROP TABLE locks")
    worker.close()


def test_the_tables_are_the_same_but_for_the_words() -> None:
    for script in MIGRATIONS:
        assert not any(word in translate_schema(script) for word in ("STRICT", "WITHOUT ROWID", "INTEGER"))


# -- replies that were lost -------------------------------------------------------------------------------


def test_a_server_that_was_away_between_transactions_is_connected_to_again(
    cluster: Cluster, database: PostgresDatabase
) -> None:
    put(database, "k1")
    kill(cluster, database._connection)
    put(database, "k2")
    kill(cluster, database._connection)
    assert keys(database) == ["k1", "k2"]


def test_a_transaction_that_lost_its_server_left_nothing(cluster: Cluster, database: PostgresDatabase) -> None:
    with pytest.raises(Unreachable, match="nothing was changed"), database.transaction() as db:
        db.execute("INSERT INTO meta VALUES ('k1', 'v')")
        kill(cluster, database._connection)
        db.execute("INSERT INTO meta VALUES ('k2', 'v')")
    assert keys(database) == []


class _Cut:
    """A connection whose COMMIT is carried out, or is not, and whose reply never comes."""

    def __init__(self, cluster: Cluster, real: psycopg.Connection[Any], arrives: bool) -> None:
        self._cluster, self._real, self._arrives = cluster, real, arrives

    def execute(self, query: str, values: Any = None) -> Any:
        if query != "COMMIT":
            return self._real.execute(query, values)  # type: ignore[arg-type]  # as it came
        if self._arrives:
            self._real.execute("COMMIT")
        else:
            kill(self._cluster, self._real)
        raise psycopg.OperationalError("server closed the connection unexpectedly")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


def test_a_commit_whose_reply_was_lost_is_found_done(cluster: Cluster, database: PostgresDatabase) -> None:
    database._connection = _Cut(cluster, database._connection, arrives=True)  # type: ignore[assignment]  # stands in
    put(database, "k1")
    assert keys(database) == ["k1"]


def test_a_commit_that_never_arrived_is_found_not_done(cluster: Cluster, database: PostgresDatabase) -> None:
    database._connection = _Cut(cluster, database._connection, arrives=False)  # type: ignore[assignment]  # stands in
    with pytest.raises(Unreachable, match="nothing was changed"):
        put(database, "k1")
    assert keys(database) == []


def test_a_commit_still_on_its_way_is_waited_for(cluster: Cluster, database: PostgresDatabase) -> None:
    """The link broke, and the server has not noticed: the transaction is open there, and its COMMIT may yet land."""
    old = database._connection
    old.execute("BEGIN")
    old.execute("INSERT INTO meta VALUES ('k1', 'v')")
    old.execute("INSERT INTO commits VALUES ('the-id', 'now')")
    lands = threading.Timer(0.5, lambda: old.execute("COMMIT"))
    lands.start()
    began = time.monotonic()
    assert database._was_committed("the-id")
    assert time.monotonic() - began > 0.4
    lands.join()
    old.close()
    assert keys(database) == ["k1"]


def test_a_server_that_stays_away_leaves_it_open_whether_a_commit_was_done(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    database = PostgresDatabase(cluster.fresh(), pause=pauses.append)
    database.close()
    monkeypatch.setattr(database, "_connect", Mock(side_effect=Unreachable("pg: connection refused")))
    with pytest.raises(Unreachable, match=r"refused; whether the last transaction was committed is not known"):
        database._was_committed("the-id")
    assert set(pauses) == {0.2} and sum(pauses) == pytest.approx(90, abs=0.3)


# -- several at once ----------------------------------------------------------------------------------------


def test_two_that_stand_in_each_others_way_do_not_wait_for_ever(cluster: Cluster) -> None:
    url = cluster.fresh()
    one, two = PostgresDatabase(url), PostgresDatabase(url)
    met, errors = threading.Barrier(2), []

    def cross(database: PostgresDatabase, first: str, second: str) -> None:
        try:
            with database.transaction() as db:
                db.execute("INSERT INTO meta VALUES (?, '')", (first,))
                met.wait(10)
                db.execute("INSERT INTO meta VALUES (?, '')", (second,))
        except (Locked, psycopg.IntegrityError) as error:
            errors.append(error)

    threads = [threading.Thread(target=cross, args=args) for args in ((one, "ka", "kb"), (two, "kb", "ka"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert [type(error).__name__ for error in errors] == ["Contention"] and keys(one) == ["ka", "kb"]
    one.close()
    two.close()


def test_a_hint_wakes_who_waits_on_another_machine(cluster: Cluster) -> None:
    url = cluster.fresh()
    here, there = (Store(made, made.now) for made in (PostgresDatabase(url), PostgresDatabase(url)))
    here.work.wait(0)
    threading.Timer(0.2, there.work.enqueue, ("exp",)).start()
    began = time.monotonic()
    here.work.wait(20)
    assert time.monotonic() - began < 10
    assert here.work.claim("run") == "exp"
    here.close()
    there.close()


def test_who_claims_does_not_wait_for_another_that_claims(cluster: Cluster) -> None:
    url = cluster.fresh()
    one, two = PostgresDatabase(url), PostgresDatabase(url)
    first, second = Store(one, one.now), Store(two, two.now)
    for name in ("a", "b"):
        first.work.enqueue(name)
    with one.transaction() as db:
        assert db.execute("SELECT experiment FROM work ORDER BY queued_at LIMIT 1 FOR UPDATE").fetchall() == [("a",)]
        assert second.work.claim("second") == "b"
    first.close()
    second.close()
