"""PostgreSQL at the other end of a bad line: every transaction ends in time, and is what it was said to be."""

from __future__ import annotations

import time
from collections.abc import Iterator
from random import Random

import pytest

from reconciler.model.errors import Unreachable
from reconciler.store.postgres import PostgresDatabase
from tests.campaigns.proxy import Fault, Proxy, Sort, by_turns, proxying
from tests.store.cluster import Cluster

ANSWER_S = 1.0
ROUNDS = 30


@pytest.fixture
def proxy(cluster: Cluster) -> Iterator[Proxy]:
    with proxying([(str(cluster.folder / ".s.PGSQL.5432"), 0)]) as proxy:
        yield proxy


def through(proxy: Proxy, url: str, cluster: Cluster) -> str:
    (port,) = proxy.ports.values()
    return url.replace(f"?host={cluster.folder}", f"?host=127.0.0.1&port={port}&sslmode=disable&connect_timeout=2")


def test_what_was_acknowledged_is_there_once_and_what_was_refused_is_not(cluster: Cluster, proxy: Proxy) -> None:
    chance, direct = Random(5), cluster.fresh()
    database = PostgresDatabase(through(proxy, direct, cluster), answer_s=ANSWER_S)
    with database.transaction() as db:
        db.execute("CREATE TABLE said (what INTEGER)")
    said: set[int] = set()
    for number in range(ROUNDS):
        sort = chance.choice([Sort.CUT, Sort.RESET, Sort.STALL, Sort.SLICE, Sort.SWALLOW])
        fault = Fault(sort, chance.randrange(2000), chance.random() < 0.7, 0.2 if sort is Sort.STALL else 3.0)
        proxy.plan = by_turns({0: fault})
        database.close()
        started = time.monotonic()
        try:
            with database.transaction() as db:
                db.execute("INSERT INTO said VALUES (?)", (number,))
            said.add(number)
        except Unreachable as error:
            assert "not known" not in str(error), error  # the server is there: it can be found out
        assert time.monotonic() - started < 2 * ANSWER_S + 3 + 2, fault
    database.close()
    proxy.plan = lambda target: None
    again = PostgresDatabase(direct)
    with again.reading() as db:
        found = [int(what) for (what,) in db.execute("SELECT what FROM said ORDER BY what").fetchall()]
    again.close()
    assert found == sorted(said)
    assert len(proxy.struck) > ROUNDS / 3
    assert said


def test_a_server_that_holds_the_line_and_says_nothing_is_given_up(cluster: Cluster, proxy: Proxy) -> None:
    database = PostgresDatabase(through(proxy, cluster.fresh(), cluster), answer_s=0.5)
    started = time.monotonic()
    with pytest.raises(Unreachable, match="nothing was changed"), database.transaction() as db:
        db.execute("SELECT pg_sleep(30)")
    assert time.monotonic() - started < 5
    with database.transaction() as db:
        db.execute("SELECT 1")
    database.close()
