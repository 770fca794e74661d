"""An SSH server on loopback, in a thread of its own, that runs a function for every script."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncssh

from reconciler.transport.contact import Contact

Script = Callable[[Any], Awaitable[None]]


@dataclass
class Peer:
    """``scripts`` are what arrived whole; ``logins`` how often a log-in was begun; ``connections`` how many came."""

    contact: Contact
    scripts: list[str] = field(default_factory=list)
    logins: int = 0
    connections: int = 0
    live: list[Any] = field(default_factory=list)
    loop: asyncio.AbstractEventLoop | None = None

    def cut(self) -> None:
        """Break every connection without a word."""
        assert self.loop is not None
        done = threading.Event()

        def abort() -> None:
            for connection in self.live:
                connection.abort()
            self.live.clear()
            done.set()

        self.loop.call_soon_threadsafe(abort)
        done.wait(5)


@contextmanager
def peer(folder: Path, run: Script, **options: Any) -> Iterator[Peer]:
    """``run`` gets the process: ``stdin``, ``stdout``, ``stderr``, ``exit``.  The client's key is authorized."""
    client, host = asyncssh.generate_private_key("ssh-ed25519"), asyncssh.generate_private_key("ssh-ed25519")
    identity, authorized = folder / "id", folder / "authorized"
    client.write_private_key(str(identity))
    identity.chmod(0o600)
    client.write_public_key(str(authorized))
    found = Peer(Contact("127.0.0.1", 0, "root", host.export_public_key().decode().strip(), str(identity)))

    class Server(asyncssh.SSHServer):
        def connection_made(self, connection: Any) -> None:
            found.connections += 1
            found.live.append(connection)

        def begin_auth(self, username: str) -> bool:
            found.logins += 1
            return True

    async def handle(process: Any) -> None:
        assert process.command == "/bin/sh -s"
        await run(process)

    async def serve() -> Any:
        return await asyncssh.create_server(
            Server, "127.0.0.1", 0, server_host_keys=[host], authorized_client_keys=str(authorized),
            process_factory=handle, **options,
        )  # fmt: skip

    loop = found.loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    listener = asyncio.run_coroutine_threadsafe(serve(), loop).result(10)
    found.contact = Contact("127.0.0.1", listener.get_port(), "root", found.contact.host_key, str(identity))
    try:
        yield found
    finally:

        async def close() -> None:
            listener.close()
            for connection in found.live:
                connection.abort()
            await asyncio.sleep(0.01)

        asyncio.run_coroutine_threadsafe(close(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()
