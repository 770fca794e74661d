"""A PostgreSQL server of our own: made in a temporary folder, on a Unix socket, ended with the tests."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
import pytest

_NUMBERS = count()


@dataclass(frozen=True, slots=True)
class Cluster:
    folder: Path
    process: subprocess.Popen[bytes]

    def url(self, schema: str = "public", user: str = "owner") -> str:
        return f"postgresql://{user}@/postgres?host={self.folder}&options=-csearch_path%3D{schema}"

    def fresh(self) -> str:
        """The URL of an empty place of its own on this server."""
        schema = f"t{next(_NUMBERS)}"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA {schema}")
        return self.url(schema)

    def run(self, statement: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.url(), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []


def programs() -> Path | None:
    """The folder of initdb and postgres; None where the machine has none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    path = str(found[-1]) if found else shutil.which("initdb")
    return Path(path).parent if path else None


def require_programs() -> Path:
    """Skips the test where there is no PostgreSQL, and fails it in CI, where there has to be one."""
    folder = programs()
    if folder is None:
        if os.environ.get("CI"):
            pytest.fail("no initdb: install the Debian package postgresql")
        pytest.skip("no PostgreSQL server on this machine (Debian package postgresql)")
    return folder


@contextmanager
def running_cluster(*settings: str) -> Iterator[Cluster]:
    """In memory where there is a file system in memory: what is tested is no disk."""
    programs = require_programs()
    user = _user()
    shared = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="xr-pg-", dir=shared if os.access(shared, os.W_OK) else None))
    who = {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    try:
        if user is not None:
            os.chown(folder, user.pw_uid, user.pw_gid)
        data = folder / "data"
        subprocess.run(
            [
                programs / "initdb",
                "-D",
                data,
                "-U",
                "owner",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--no-sync",
                "--no-instructions",
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=folder,
            **who,
        )
        server = subprocess.Popen(
            [
                programs / "postgres",
                *("-D", data, "-k", folder),
                *(
                    word
                    for setting in ("listen_addresses=", "max_connections=200", *settings)
                    for word in ("-c", setting)
                ),
            ],
            stdout=subprocess.DEVNULL,
            stderr=(folder / "log").open("wb"),
            cwd=folder,
            **who,
        )
        cluster = Cluster(folder, server)
        try:
            _await(cluster)
            yield cluster
        finally:
            server.send_signal(signal.SIGQUIT)
            server.wait(30)
    finally:
        shutil.rmtree(folder)


def _user() -> pwd.struct_passwd | None:
    """As whom it runs: it refuses to run as root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    pytest.fail("root without a user postgres or nobody")


def _await(cluster: Cluster) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(cluster.url()).close()
            return
        except psycopg.OperationalError:
            if time.monotonic() > deadline or cluster.process.poll() is not None:
                raise AssertionError((cluster.folder / "log").read_text(errors="replace")) from None
            time.sleep(0.05)
