"""A NETCONF server that says exactly what a test tells it to, right or wrong, over a real SSH server on loopback."""

from __future__ import annotations

import asyncio
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import asyncssh

from reconciler.transport.contact import Contact

NC = "urn:ietf:params:xml:ns:netconf:base:1.0"
END = b"]]>]]>"
CAPABILITIES = ("base:1.0", "capability:candidate:1.0", "capability:confirmed-commit:1.1", "capability:startup:1.0")
_MESSAGE_ID = re.compile(rb'message-id="([^"]+)"')


def hello(*more: str) -> bytes:
    said = "".join(f"<capability>urn:ietf:params:netconf:{c}</capability>" for c in (*CAPABILITIES, *more))
    return f'<hello xmlns="{NC}"><capabilities>{said}</capabilities><session-id>7</session-id></hello>'.encode()


def reply(request: bytes, content: bytes = b"<ok/>") -> bytes:
    found = _MESSAGE_ID.search(request)
    assert found is not None
    return b'<rpc-reply xmlns="%s" message-id="%s">%s</rpc-reply>' % (NC.encode(), found[1], content)


def chunks(message: bytes, size: int) -> bytes:
    parts = (message[at : at + size] for at in range(0, len(message), size))
    return b"".join(b"\n#%d\n%s" % (len(part), part) for part in parts) + b"\n##\n"


@dataclass
class Peer:
    """``answer`` turns a request into the raw bytes sent back; None cuts the connection."""

    answer: Callable[[bytes], bytes | None] = lambda request: reply(request) + END
    greeting: bytes | None = hello() + END
    chunked: bool = False
    requests: list[bytes] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    hello: bytes = b""

    async def serve(self, process: asyncssh.SSHServerProcess[bytes]) -> None:
        with suppress(OSError, asyncssh.Error, asyncio.IncompleteReadError):
            if self.greeting is not None:
                process.stdout.write(self.greeting)
            self.hello = await process.stdin.readuntil(END)
            while True:
                self.requests.append(await process.stdin.readuntil(b"\n##\n" if self.chunked else END))
                said = self.answer(self.requests[-1])
                if said is None:
                    process.channel.get_connection().abort()
                    return
                process.stdout.write(said)
                await process.stdout.drain()


class _Login(asyncssh.SSHServer):
    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    def begin_auth(self, username: str) -> bool:
        self._peer.logins.append(username)
        return True


@contextmanager
def listening(peer: Peer, folder: Path) -> Iterator[Contact]:
    """The peer, up, and how to reach it."""
    host_key, user_key = asyncssh.generate_private_key("ssh-ed25519"), asyncssh.generate_private_key("ssh-ed25519")
    user_key.write_private_key(folder / "id")
    keys = asyncssh.import_authorized_keys(user_key.export_public_key().decode())
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(_start(peer, host_key, keys), loop).result(10)
    pinned = " ".join(host_key.export_public_key().decode().split()[:2])
    try:
        yield Contact("127.0.0.1", server.get_port(), "admin", pinned, str(folder / "id"))
    finally:
        asyncio.run_coroutine_threadsafe(_stop(server), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _start(peer: Peer, host_key: asyncssh.SSHKey, keys: asyncssh.SSHAuthorizedKeys) -> asyncssh.SSHAcceptor:
    return await asyncssh.create_server(
        lambda: _Login(peer),
        "127.0.0.1",
        0,
        server_host_keys=[host_key],
        authorized_client_keys=keys,
        process_factory=peer.serve,
        encoding=None,
        kex_algs=["curve25519-sha256@libssh.org"],
    )


async def _stop(server: asyncssh.SSHAcceptor) -> None:
    server.close()
    rest = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)


@contextmanager
def mute(banner: bytes) -> Iterator[int]:
    """A port that accepts, says ``banner`` and no more."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken: list[socket.socket] = []

        def accept() -> None:
            with suppress(OSError):
                while True:
                    taken.append(server.accept()[0])
                    taken[-1].sendall(banner)

        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join(5)
            for connection in taken:
                connection.close()
