"""Every store test runs on SQLite and on PostgreSQL, but for those whose subject is neither."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from reconciler.store.database import Database
from reconciler.store.postgres import PostgresDatabase
from tests.store import stores
from tests.store.cluster import Cluster, running_cluster

ONE_DIALECT = {
    "test_chain",
    "test_codec",
    "test_database",
    "test_process",
    "test_stretches",
    "test_postgres",
    "test_postgres_dying",
    "test_postgres_proxied",
    "test_schema",
    "test_postgres_words",
    "test_sql",
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    name = metafunc.module.__name__.rpartition(".")[2]
    dialects = ["sqlite"] if name in ONE_DIALECT else ["sqlite", "postgresql"]
    metafunc.parametrize("dialect", dialects, indirect=True, scope="module")


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    with running_cluster() as running:
        yield running


@pytest.fixture(scope="module", autouse=True)
def dialect(request: pytest.FixtureRequest) -> Iterator[str]:
    """Where ``make_store`` makes its stores during this test."""
    if request.param == "postgresql":
        cluster: Cluster = request.getfixturevalue("cluster")
        stores.open_database = lambda: PostgresDatabase(cluster.fresh())
    yield request.param
    stores.open_database = lambda: Database(None)


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    stores.close_all()
