"""PostgreSQL, for several people or machines on one site.  Imported only when it is used."""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from psycopg import errors

from reconciler.failpoint import reach
from reconciler.model.errors import Refused, Unreachable
from reconciler.store.postgres_address import Server
from reconciler.store.postgres_words import translate, translate_schema
from reconciler.store.schema import MIGRATIONS
from reconciler.store.sql import Contention, Rows, Sql, statements
from reconciler.transport.retry import retrying

logging.getLogger("psycopg").setLevel(logging.ERROR)  # a broken connection is told by what it raises

_IN_EACH_OTHERS_WAY = (errors.DeadlockDetected, errors.SerializationFailure, errors.LockNotAvailable)
_MIGRATING = 0x7265636F6E63696C  # "reconcil": one program at a time changes the tables
_CHANNEL = "reconciler"
_ANSWER_S = 330.0
"""For a whole transaction; the server itself ends a statement after 300."""
_FIND_OUT_S = 90.0
"""Longer than the server keeps a transaction open whose client is gone."""
_REMEMBERED = timedelta(days=1)


class PostgresDatabase:
    """A connection, used by one thread at a time; it is made anew when the server was away between transactions."""

    conflicts: type[Exception] = errors.IntegrityError
    with_series = ""
    series = "generate_series(0, CAST(? AS BIGINT)) AS series(n)"
    skip_locked = " FOR UPDATE SKIP LOCKED"

    def __init__(self, url: str, *, answer_s: float = _ANSWER_S, pause: Callable[[float], None] = time.sleep) -> None:
        """Raises Refused: the server is not to be trusted with it, or its tables are a later version's.

        Raises:
            Unreachable: nobody answers there.
        """
        self._server, self._answer_s, self._pause = Server.parse(url), answer_s, pause
        self._lock = threading.RLock()
        self._listener: psycopg.Connection[Any] | None = None
        self._connection = self._connect()
        try:
            self._migrate()
        except BaseException:
            self._connection.close()
            raise

    # -- transactions --------------------------------------------------------------------------------

    @contextmanager
    def transaction(self) -> Iterator[Sql]:
        """All or nothing, durable when it returns.

        Raises:
            Contention: another transaction stood in the way; nothing was changed.
            Unreachable: the server went away.  Nothing was changed, unless the message says that this is not known.
        """
        with self._lock, self._limited():
            self._begin("BEGIN")
            name = str(uuid.uuid4())
            with self._translated():
                yield _Translator(self._connection)
                self._connection.execute("INSERT INTO commits VALUES (%s, %s)", (name, self.now().isoformat()))
                reach("store.commit.before")
            self._commit(name)
            reach("store.commit.after")

    @contextmanager
    def reading(self) -> Iterator[Sql]:
        """One consistent view, without keeping writers out."""
        with self._lock, self._limited():
            self._begin("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            with self._translated():
                yield _Translator(self._connection)
            self._rollback()

    @contextmanager
    def _limited(self) -> Iterator[None]:
        """A server that keeps the line and says nothing is as good as away; the library would wait for ever."""
        timer = threading.Timer(self._answer_s, self._hang_up)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _hang_up(self) -> None:
        with (
            suppress(psycopg.Error, OSError),
            socket.socket(fileno=os.dup(self._connection.fileno())) as line,
        ):
            line.shutdown(socket.SHUT_RDWR)

    def place_series(self, count: int, before: Sequence[Any], after: Sequence[Any]) -> Sequence[Any]:
        return (*before, count - 1, *after)

    def _begin(self, statement: str) -> None:
        try:
            self._connection.execute(statement)
        except psycopg.OperationalError:  # the server was away since the last transaction: nothing of ours is lost
            self._connection.close()
            self._connection = self._connect()
            with self._translated():
                self._connection.execute(statement)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except _IN_EACH_OTHERS_WAY as error:
            self._rollback()
            raise Contention(f"{self._server}: {_first_line(error)}; nothing was changed, try again") from None
        except psycopg.OperationalError as error:
            self._connection.close()
            raise Unreachable(f"{self._server}: {_first_line(error)}; nothing was changed") from None
        except errors.InsufficientPrivilege as error:
            self._rollback()
            raise Refused(f"{self._server}: {_first_line(error)}; have its owner grant it") from None
        except BaseException:
            self._rollback()
            raise

    def _rollback(self) -> None:
        with suppress(psycopg.Error):  # a connection that is gone has rolled back by itself
            self._connection.execute("ROLLBACK")

    def _commit(self, name: str) -> None:
        try:
            self._connection.execute("COMMIT")
        except psycopg.OperationalError as error:
            self._connection.close()
            if not self._was_committed(name):
                raise Unreachable(f"{self._server}: {_first_line(error)}; nothing was changed") from None

    def _was_committed(self, name: str) -> bool:
        """The reply to COMMIT was lost.  Writing the same row waits for its transaction's end, and tells which it was.

        Raises:
            Unreachable: the server stays away.
        """
        lost = (Unreachable, psycopg.OperationalError)
        until = time.monotonic() + _FIND_OUT_S
        asking = retrying(*lost, deadline=until, every_s=0.2, clock=time.monotonic, pause=self._pause)
        try:
            return asking(self._ask_whether_committed, name)
        except lost as error:
            raise Unreachable(
                f"{self._server}: {_first_line(error)}; whether the last transaction was committed is not"
                " known: run again once it answers"
            ) from None

    def _ask_whether_committed(self, name: str) -> bool:
        self._connection = self._connect()
        try:
            with self._limited():
                again = self._connection.execute(
                    "INSERT INTO commits VALUES (%s, %s) ON CONFLICT DO NOTHING", (name, self.now().isoformat())
                )
            return again.rowcount == 0
        except psycopg.OperationalError:
            self._connection.close()
            raise

    def queue(self, db: Sql, topic: str) -> None:
        db.execute("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", (topic,))

    # -- hints -----------------------------------------------------------------------------------------

    def hint(self, topic: str, db: Sql) -> None:
        db.execute("SELECT pg_notify(?, ?)", (_CHANNEL, topic))

    def wait(self, topic: str, seconds: float) -> bool:
        """Hears hints from all machines, from its first call on."""
        try:
            if self._listener is None:
                self._listener = self._server.connect()
                self._listener.execute(f"LISTEN {_CHANNEL}")
            until = time.monotonic() + seconds
            while (left := until - time.monotonic()) > 0:
                if any(heard.payload == topic for heard in self._listener.notifies(timeout=left, stop_after=1)):
                    return True
        except psycopg.OperationalError:
            self._stop_listening()
            self._pause(min(seconds, 1.0))
        return False

    def _stop_listening(self) -> None:
        if self._listener is not None:
            self._listener.close()
            self._listener = None

    # -- the connection ----------------------------------------------------------------------------------

    def now(self) -> datetime:
        """The server's time: one clock for all machines."""
        return self._server_time + timedelta(seconds=time.monotonic() - self._asked_at)

    def close(self) -> None:
        self._stop_listening()
        self._connection.close()

    def _connect(self) -> psycopg.Connection[Any]:
        try:
            connection = self._server.connect()
        except psycopg.OperationalError as error:
            raise Unreachable(f"{self._server}: {_first_line(error)}") from None
        try:
            for setting, wanted in (("fsync", ("on",)), ("synchronous_commit", ("on", "remote_apply"))):
                found = _value(connection, f"SHOW {setting}")
                if found not in wanted:
                    raise Refused(
                        f"{self._server}: {setting} is {found}: it may lose what it acknowledged; set it to on"
                    )
            now: datetime = _value(connection, "SELECT clock_timestamp()")
            self._server_time = now.astimezone(UTC)
            self._asked_at = time.monotonic()
        except psycopg.OperationalError as error:
            connection.close()
            raise Unreachable(f"{self._server}: {_first_line(error)}") from None
        except BaseException:
            connection.close()
            raise
        return connection

    def _migrate(self) -> None:
        with self._translated():
            if self._version() == len(MIGRATIONS):
                before = (self.now() - _REMEMBERED).isoformat()
                self._connection.execute("DELETE FROM commits WHERE at < %s", (before,))
                return
        self._begin("BEGIN")
        with self._translated():
            self._connection.execute("SELECT pg_advisory_xact_lock(%s)", (_MIGRATING,))
            version = self._version()
            if version > len(MIGRATIONS):
                raise Refused(
                    f"{self._server}: written by a later version of this program (schema {version}); upgrade first"
                )
            for script in MIGRATIONS[version:]:
                for statement in statements(translate_schema(script)):
                    self._connection.execute(statement)
            if version == 0:
                self._connection.execute("INSERT INTO meta VALUES ('lineage', %s)", (str(uuid.uuid4()),))
            self._connection.execute(
                "INSERT INTO meta VALUES ('schema', %s) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                (str(len(MIGRATIONS)),),
            )
            reach("store.commit.before")
        self._connection.execute("COMMIT")
        reach("store.commit.after")

    def _version(self) -> int:
        # not to_regclass: it answers from a cache that does not hear of tables made while we waited
        made = "SELECT 1 FROM pg_tables WHERE tablename = 'meta' AND schemaname = ANY (current_schemas(false))"
        if _value(self._connection, made) is None:
            return 0
        row = self._connection.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone()
        return int(row[0]) if row else 0


class _Translator:
    """``?`` for values, as the store writes them, into the server's way."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def execute(self, statement: str, values: Sequence[Any] = (), /) -> Rows:
        return self._connection.execute(translate(statement), values)

    def executemany(self, statement: str, values: Iterable[Sequence[Any]], /) -> Rows:
        cursor = self._connection.cursor()
        rows = list(values)
        if rows:
            cursor.executemany(translate(statement), rows)
        return cursor


def _value(connection: psycopg.Connection[Any], query: str) -> Any:
    row = connection.execute(query).fetchone()
    return row[0] if row else None


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
