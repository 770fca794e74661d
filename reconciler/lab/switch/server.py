"""The SSH server in front of a switch: public keys only, one subsystem."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import asyncssh

from reconciler.lab.switch.channel import Channel
from reconciler.lab.switch.device import SwitchDevice
from reconciler.lab.switch.session import SwitchSession

_LOGIN_TIMEOUT_S = 20
_KEY_EXCHANGES = ("curve25519-sha256", "ecdh-sha2-nistp256")  # not sntrup761: 58 ms of CPU for every connection


class SwitchServer:
    """A listening switch.  ``port`` is the one it got, where 0 was asked for."""

    def __init__(self, device: SwitchDevice, acceptor: asyncssh.SSHAcceptor, guests: _Guests) -> None:
        self._device = device
        self._acceptor = acceptor
        self._guests = guests

    @property
    def port(self) -> int:
        return int(self._acceptor.get_port())

    def close(self) -> None:
        """Stop listening and cut every session, which undoes unconfirmed commits."""
        self._acceptor.close()
        self._device.close()
        for connection in list(self._guests.connections):
            connection.abort()

    async def wait_closed(self) -> None:
        """Until nothing of it is left."""
        if self._guests.sessions:
            await asyncio.wait(set(self._guests.sessions))
        for connection in list(self._guests.connections):
            await connection.wait_closed()
        await self._acceptor.wait_closed()


@dataclass(slots=True)
class _Guests:
    """Who is connected, and the sessions they run."""

    connections: set[asyncssh.SSHServerConnection] = field(default_factory=set)
    sessions: set[asyncio.Task[None]] = field(default_factory=set)


async def serve(
    device: SwitchDevice, host: str, port: int, host_key: asyncssh.SSHKey, authorized_keys: str
) -> SwitchServer:
    """Listen on ``host:port``; ``authorized_keys`` is the text of such a file, and any user name is accepted with them.

    Raises:
        OSError: the address is taken.
    """
    guests = _Guests()

    async def handle(process: asyncssh.SSHServerProcess[bytes]) -> None:
        if process.subsystem != "netconf":
            process.exit(1)
            return
        connection = process.channel.get_connection()
        user = str(process.get_extra_info("username"))
        session = SwitchSession(device, user, Channel(process.stdin, process.stdout), connection.abort)
        # a task of its own: a commit under way goes on when the connection is lost
        task = asyncio.get_running_loop().create_task(session.run())
        guests.sessions.add(task)
        task.add_done_callback(guests.sessions.discard)
        await asyncio.wait({task})
        process.exit(0)

    acceptor = await asyncssh.listen(
        host,
        port,
        server_factory=lambda: _Door(device, guests),
        server_host_keys=[host_key],
        authorized_client_keys=asyncssh.import_authorized_keys(authorized_keys),
        process_factory=handle,
        encoding=None,
        kex_algs=_KEY_EXCHANGES,
        compression_algs=None,
        login_timeout=_LOGIN_TIMEOUT_S,
        allow_pty=False,
        agent_forwarding=False,
        x11_forwarding=False,
        allow_scp=False,
        gss_host=None,
        server_version="switch",
    )
    return SwitchServer(device, acceptor, guests)


class _Door(asyncssh.SSHServer):
    """Closes connections as they come while the switch is offline."""

    def __init__(self, device: SwitchDevice, guests: _Guests) -> None:
        self._device = device
        self._guests = guests
        self._connection: asyncssh.SSHServerConnection | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn
        self._guests.connections.add(conn)
        if self._device.offline:
            conn.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._connection is not None:
            self._guests.connections.discard(self._connection)
