"""The SSH server in front of a switch: public keys only, one subsystem."""

from __future__ import annotations

import asyncio

import asyncssh

from reconciler.lab.switch.channel import Channel
from reconciler.lab.switch.device import SwitchDevice
from reconciler.lab.switch.session import Session

_LOGIN_TIMEOUT_S = 20
_KEY_EXCHANGES = ("curve25519-sha256", "ecdh-sha2-nistp256")  # not sntrup761: 58 ms of CPU for every connection


class SwitchServer:
    """A listening switch.  ``port`` is the one it got, where 0 was asked for."""

    def __init__(self, device: SwitchDevice, acceptor: asyncssh.SSHAcceptor, sessions: set[asyncio.Task[None]]) -> None:
        self._device = device
        self._acceptor = acceptor
        self._sessions = sessions

    @property
    def port(self) -> int:
        return int(self._acceptor.get_port())

    def close(self) -> None:
        """Stop listening and cut every session, which undoes unconfirmed commits."""
        self._acceptor.close()
        self._device.close()

    async def wait_closed(self) -> None:
        if self._sessions:
            await asyncio.wait(set(self._sessions))
        await self._acceptor.wait_closed()


async def serve(
    device: SwitchDevice, host: str, port: int, host_key: asyncssh.SSHKey, authorized_keys: str
) -> SwitchServer:
    """Listen on ``host:port``; ``authorized_keys`` is the text of such a file, and any user name is accepted with them.

    Raises:
        OSError: the address is taken.
    """
    sessions: set[asyncio.Task[None]] = set()

    async def handle(process: asyncssh.SSHServerProcess[bytes]) -> None:
        if process.subsystem != "netconf":
            process.exit(1)
            return
        connection = process.channel.get_connection()
        user = str(process.get_extra_info("username"))
        session = Session(device, user, Channel(process.stdin, process.stdout), connection.abort)
        # a task of its own: a commit under way goes on when the connection is lost
        task = asyncio.get_running_loop().create_task(session.run())
        sessions.add(task)
        task.add_done_callback(sessions.discard)
        await asyncio.wait({task})
        process.exit(0)

    acceptor = await asyncssh.listen(
        host,
        port,
        server_factory=lambda: _Door(device),
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
    return SwitchServer(device, acceptor, sessions)


class _Door(asyncssh.SSHServer):
    """Closes connections as they come while the switch is offline."""

    def __init__(self, device: SwitchDevice) -> None:
        self._device = device

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        if self._device.offline:
            conn.abort()
