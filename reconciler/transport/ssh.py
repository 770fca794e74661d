"""Scripts run on hosts over SSH: one pooled connection per host, strict keys, a deadline and a cap on everything."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic, sleep
from typing import TYPE_CHECKING

from reconciler.model.errors import Unreachable
from reconciler.transport.contact import Contact, Contacts
from reconciler.transport.errors import Interrupted, Untrusted
from reconciler.transport.retry import retrying

if TYPE_CHECKING:
    from reconciler.transport.ssh_connection import Connection


@dataclass(frozen=True, slots=True)
class Reply:
    """What a script printed (UTF-8, undecodable bytes escaped) and the status its shell ended with."""

    stdout: str
    status: int
    stderr: str = ""


class SshPool:
    """Keeps a connection per host between calls.  At most one call per host may be under way at a time."""

    def __init__(
        self, contacts: Contacts, *, connect_timeout_s: float = 15.0, pause: Callable[[float], None] = sleep
    ) -> None:
        self._contacts = contacts
        self._connect_timeout_s, self._pause = connect_timeout_s, pause
        self._connections: dict[str, Connection] = {}
        self._lock = threading.Lock()

    def run(self, host: str, script: str, *, deadline_s: float) -> Reply:
        """Feed ``script`` to ``/bin/sh -s`` on ``host``; the whole call ends within ``deadline_s``.

        A script is sent once at most: only a connection that breaks before its first byte is made anew.

        Raises:
            Untrusted: no key is pinned for the host, or it shows another one.
            Interrupted: the script was sent, and may have run, or may still run.
            Unreachable: the host was not reached; the script did not run.
        """
        ends = monotonic() + deadline_s
        contact = self._contact(host)
        connection = self._open(host, contact, ends)
        try:
            return connection.run(script, ends)
        except Interrupted:
            self._drop(host)  # a late reply must never be read as the answer to the next script
            raise

    def close(self) -> None:
        with self._lock:
            connections, self._connections = list(self._connections.values()), {}
        for connection in connections:
            connection.close()

    def _contact(self, host: str) -> Contact:
        contact = self._contacts.get(host)
        if contact is None:
            raise Untrusted(f"{host}: not in the inventory; no address and no host key are known")
        if not contact.host_key:
            raise Untrusted(f"{host}: no host key is pinned; add its public key as hostKey in the Site document")
        return contact

    def _open(self, host: str, contact: Contact, ends: float) -> Connection:
        """A connection with a channel on which nothing has been sent, at the second attempt if need be."""
        once_more = retrying(Unreachable, deadline=ends, every_s=0.05, clock=monotonic, pause=self._pause, tries=2)
        return once_more(self._ready, host, contact, ends)

    def _ready(self, host: str, contact: Contact, ends: float) -> Connection:
        with self._lock:
            connection = self._connections.get(host)
        if connection is None:
            connection = self._connect(host, contact, ends)
        try:
            connection.prepare(ends)
        except Unreachable:
            self._drop(host)
            raise
        return connection

    def _connect(self, host: str, contact: Contact, ends: float) -> Connection:
        from reconciler.transport.ssh_connection import connect  # paramiko takes 60 ms to import

        connection = connect(host, contact, min(ends, monotonic() + self._connect_timeout_s))
        with self._lock:
            self._connections[host] = connection
        return connection

    def _drop(self, host: str) -> None:
        with self._lock:
            connection = self._connections.pop(host, None)
        if connection is not None:
            connection.close()
