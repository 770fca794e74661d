"""Where a PostgreSQL server is, and that nobody can stand between it and us."""

from __future__ import annotations

import os
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from reconciler.model.errors import Refused

_SETTINGS = (
    "-c lock_timeout=30s -c idle_in_transaction_session_timeout=60s -c statement_timeout=300s"
    " -c default_transaction_isolation=read\\ committed"
)


_NO_URL = "the store is not a PostgreSQL URL; write postgresql://USER@HOST/DATABASE?sslmode=verify-full"


@dataclass(frozen=True, slots=True)
class Server:
    """``where`` names it without its password; ``conninfo`` has it."""

    where: str
    conninfo: str

    @classmethod
    def parse(cls, url: str) -> Server:
        """Raises Refused: not a URL of a server, or one whose identity nobody would check."""
        if not url.startswith(("postgresql://", "postgres://")):
            raise Refused(_NO_URL)
        try:
            given = {name: str(value) for name, value in conninfo_to_dict(url).items() if value is not None}
        except psycopg.ProgrammingError:
            raise Refused(_NO_URL) from None
        if "service" in given or "PGSERVICE" in os.environ:
            raise Refused(
                "the store: a service file says where it is and how it is checked; give the whole URL instead"
            )
        if "password" in given:
            raise Refused("the store: its URL would show the password to everybody; put it into ~/.pgpass instead")
        host = given.get("host") or os.environ.get("PGHOST", "")
        address = given.get("hostaddr") or os.environ.get("PGHOSTADDR", "")
        name = given.get("dbname") or os.environ.get("PGDATABASE") or given.get("user") or "?"
        where = f"the store {name} on {host or address or 'this machine'}"
        if not all(map(_is_here, (address or host).split(","))):
            asked = given.get("sslmode") or os.environ.get("PGSSLMODE") or "verify-full"
            if asked != "verify-full":
                raise Refused(
                    f"{where}: sslmode={asked} does not prove who answers; give sslmode=verify-full"
                    " (and sslrootcert=FILE for a certificate authority of your own)"
                )
            given["sslmode"] = asked
        given = {"connect_timeout": "10", "keepalives_idle": "10", "tcp_user_timeout": "30000", **given}
        given["options"] = f"{_SETTINGS} {given.get('options', '')}".strip()
        return cls(where, make_conninfo("", **{**given, "target_session_attrs": "read-write"}))

    def connect(self) -> psycopg.Connection[Any]:
        """Raises psycopg.OperationalError; its message has no password in it."""
        return psycopg.connect(self.conninfo, autocommit=True)

    def __str__(self) -> str:
        return self.where

    def __repr__(self) -> str:
        return f"Server({self.where!r})"


def _is_here(host: str) -> bool:
    if host in ("", "localhost") or host.startswith(("/", "@")):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
