"""A process that dies right before or after a COMMIT on PostgreSQL leaves all of the transaction, or nothing of it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from reconciler.failpoint import EXIT_CODE, VARIABLE, Struck, arm
from reconciler.store.postgres import PostgresDatabase
from tests.store.cluster import Cluster

_DYING = """
import sys
from reconciler.store.postgres import PostgresDatabase

database = PostgresDatabase(sys.argv[1])
print("made", flush=True)
for number in range(3):
    with database.transaction() as db:
        db.executemany("INSERT INTO meta VALUES (?, ?)", [(f"k{number}{half}", "v") for half in "ab"])
    print(number, flush=True)
"""
_COMMITS = ("made", "0", "1", "2")
"""In their order: that of the tables, and those of the rows."""


@pytest.fixture(autouse=True)
def _disarmed() -> Iterator[None]:
    yield
    arm(None)


def rows(database: PostgresDatabase) -> list[str]:
    with database.reading() as db:
        return [key for (key,) in db.execute("SELECT key FROM meta WHERE key LIKE 'k%' ORDER BY key")]


@pytest.mark.parametrize("number", range(1, len(_COMMITS) + 1))
@pytest.mark.parametrize("point", ["store.commit.before", "store.commit.after"])
def test_a_process_killed_at_a_commit_leaves_all_of_it_or_nothing(cluster: Cluster, point: str, number: int) -> None:
    url = cluster.fresh()
    environment = {**os.environ, VARIABLE: f"{point}:{number}=exit"}
    died = subprocess.run(
        [sys.executable, "-c", _DYING, url], env=environment, capture_output=True, text=True, timeout=60
    )
    assert died.returncode == EXIT_CODE, died.stderr
    assert died.stdout.split() == list(_COMMITS[: number - 1])
    landed = _COMMITS[: number - 1 if point.endswith("before") else number]
    again = PostgresDatabase(url)
    assert rows(again) == [f"k{name}{half}" for name in landed if name != "made" for half in "ab"]
    with again.transaction() as db:  # nothing of the dead holds it up
        db.execute("INSERT INTO meta VALUES ('k9', 'v')")
    again.close()


def test_a_fault_before_the_commit_takes_the_transaction_back(cluster: Cluster) -> None:
    database = PostgresDatabase(cluster.fresh())
    arm("store.commit.before:1=raise")
    with pytest.raises(Struck), database.transaction() as db:
        db.execute("INSERT INTO meta VALUES ('k1', 'v')")
    with database.transaction() as db:
        db.execute("INSERT INTO meta VALUES ('k2', 'v')")
    assert rows(database) == ["k2"]
    database.close()


def test_a_fault_after_the_commit_takes_nothing_back(cluster: Cluster) -> None:
    database = PostgresDatabase(cluster.fresh())
    arm("store.commit.after:1=raise")
    with pytest.raises(Struck), database.transaction() as db:
        db.execute("INSERT INTO meta VALUES ('k1', 'v')")
    assert rows(database) == ["k1"]
    database.close()
