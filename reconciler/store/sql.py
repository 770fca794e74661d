"""What the store asks of a database: transactions and plain SQL with ``?`` for values; two dialects speak it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol

from reconciler.model.errors import Locked


class Clock(Protocol):
    def __call__(self) -> datetime:
        """The time, aware and in UTC."""
        ...


class Rows(Protocol):
    @property
    def rowcount(self) -> int: ...
    def fetchone(self) -> Any: ...
    def fetchall(self) -> list[Any]: ...
    def __iter__(self) -> Iterator[Any]: ...


class Sql(Protocol):
    def execute(self, statement: str, values: Sequence[Any] = ..., /) -> Rows: ...
    def executemany(self, statement: str, values: Iterable[Sequence[Any]], /) -> Rows: ...


class Contention(Locked):
    """Two transactions stood in each other's way and the database ended this one; nothing was changed."""


class Backend(Protocol):
    """A connection, used by one thread at a time.

    ``conflicts`` is what is raised when a row is in the way of another; the transaction is lost by it.
    ``with_series`` before SELECT and ``series`` after FROM make a table of the numbers n = 0, 1, …
    ``skip_locked`` ends a SELECT so that it leaves out rows another transaction is at, and takes the rest.
    """

    conflicts: type[Exception]
    with_series: str
    series: str
    skip_locked: str

    def transaction(self) -> AbstractContextManager[Sql]:
        """All or nothing, durable when it returns."""
        ...

    def reading(self) -> AbstractContextManager[Sql]:
        """One consistent view, without keeping writers out."""
        ...

    def place_series(self, count: int, before: Sequence[Any], after: Sequence[Any]) -> Sequence[Any]:
        """The values of a statement with a series of ``count``: those of its SELECT, and those after its FROM."""
        ...

    def queue(self, db: Sql, topic: str) -> None:
        """Go on once no other transaction is at ``topic``, which is this one's until it is over."""
        ...

    def hint(self, topic: str, db: Sql) -> None:
        """Wake those who wait for ``topic``, once this transaction is over.  They may not hear it: a hint."""
        ...

    def wait(self, topic: str, seconds: float) -> bool:
        """Until a hint comes (True), or ``seconds`` have passed."""
        ...

    def close(self) -> None: ...


def statements(script: str) -> list[str]:
    """Those of a script; each ends with a semicolon at the end of a line, one within a line is a part of a trigger."""
    return [statement for statement in re.split(r";[ ]*(?:\n|$)", script) if statement.strip()]
