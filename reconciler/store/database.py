"""One SQLite file: WAL, every commit on disk before it counts, one writer at a time and never a lost update."""

from __future__ import annotations

import os
import re
import sqlite3
import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from stat import S_IWOTH
from typing import Any

from reconciler.failpoint import reach
from reconciler.model.errors import Refused
from reconciler.store.schema import MIGRATIONS
from reconciler.store.sql import Clock, Contention, Sql, statements

__all__ = ["Clock", "Database"]

_NETWORK_FILE_SYSTEMS = {
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "9p",
    "fuse.sshfs",
    "glusterfs",
    "ceph",
    "lustre",
    "afs",
}
BUSY_TIMEOUT_S = 30.0


class Database:
    """A connection, used by one thread at a time.  ``transaction`` is immediate: it waits for other writers first."""

    conflicts: type[Exception] = sqlite3.IntegrityError
    with_series = "WITH RECURSIVE series(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM series WHERE n + 1 < ?)"
    series = "series"
    skip_locked = ""

    def __init__(self, path: Path | None, image: bytes | None = None) -> None:
        """Open or make the file; None is a database in memory, gone with its connection, or made from an ``image``."""
        if path is not None:
            _prepare(path)
        self._path, self._busy_s = path, BUSY_TIMEOUT_S
        self._lock = threading.RLock()
        self._woken = threading.Condition()
        self._connection = sqlite3.connect(
            path or ":memory:",
            timeout=self._busy_s,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )
        try:
            if image is not None:
                self._connection.deserialize(image)
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
                self._connection.execute(f"PRAGMA {pragma}")
            self._migrate(path)
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError as error:
            raise Refused(f"{path}: not a state file of this program ({error}); move it away, or restore it") from None

    @contextmanager
    def transaction(self) -> Iterator[Sql]:
        """All or nothing, durable when it returns.

        Raises:
            Contention: another program keeps the file; nothing was changed.
        """
        with self._lock:
            self._begin()
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            reach("store.commit.before")
            self._connection.execute("COMMIT")
            reach("store.commit.after")

    def _begin(self) -> None:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            raise Contention(
                f"{self._path}: another program has locked the state file for {self._busy_s:.0f} s; nothing was"
                " changed, try again"
            ) from None

    @contextmanager
    def reading(self) -> Iterator[Sql]:
        """One consistent view, without keeping writers out."""
        with self._lock:
            self._connection.execute("BEGIN")
            try:
                yield self._connection
            finally:
                self._connection.execute("ROLLBACK")

    def image(self) -> bytes:
        """What a power cut would leave now: everything committed.  ``Database(None, image)`` goes on from there."""
        with self._lock:
            if self._connection.in_transaction:
                raise RuntimeError("an image taken within a transaction would hold what is not committed")
            return self._connection.serialize()

    def place_series(self, count: int, before: Sequence[Any], after: Sequence[Any]) -> Sequence[Any]:
        return (count, *before, *after)

    def queue(self, db: Sql, topic: str) -> None:
        """Whoever writes is alone as it is."""

    def hint(self, topic: str, db: Sql) -> None:
        with self._woken:
            self._woken.notify_all()

    def wait(self, topic: str, seconds: float) -> bool:
        """Hints reach the threads of this process alone; others find out when they look again."""
        with self._woken:
            return self._woken.wait(seconds)

    def close(self) -> None:
        self._connection.close()

    def _migrate(self, path: Path | None) -> None:
        with self.transaction() as db:
            (version,) = db.execute("PRAGMA user_version").fetchone()
            if version > len(MIGRATIONS):
                raise Refused(f"{path}: written by a later version of this program (schema {version}); upgrade first")
            for script in MIGRATIONS[version:]:
                for statement in statements(script):
                    db.execute(statement)
            if version == 0:
                db.execute("INSERT INTO meta VALUES ('lineage', ?)", (str(uuid.uuid4()),))
            db.execute(f"PRAGMA user_version={len(MIGRATIONS)}")


def _prepare(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    kind = file_system_of(path.parent)
    if kind in _NETWORK_FILE_SYSTEMS:
        raise Refused(f"{path}: on {kind}, where SQLite's locks do not work; put the state on a local disk")
    _refuse_shared(path.parent)
    path.touch(mode=0o600, exist_ok=True)


def _refuse_shared(folder: Path) -> None:
    """Who may write here may put another state in place of ours, and with it take what others hold."""
    found, me = folder.stat(), os.geteuid()
    if found.st_uid != me:
        raise Refused(f"{folder}: belongs to user {found.st_uid}, and you are {me}; use a --state-dir of your own")
    if found.st_mode & S_IWOTH:
        raise Refused(f"{folder}: world-writable; run `chmod o-w {folder}` or use another --state-dir")


def file_system_of(folder: Path) -> str:
    """The type of the file system that holds ``folder``; empty where the machine does not say."""
    try:
        mounts = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    real = os.path.realpath(folder)
    best, kind = "", ""
    for line in mounts.splitlines():
        _, point, fs, *_ = line.split(" ")
        point = re.sub(r"\\([0-7]{3})", lambda escaped: chr(int(escaped[1], 8)), point)
        if len(point) >= len(best) and (real == point or real.startswith(point.rstrip("/") + "/")):
            best, kind = point, fs
    return kind
