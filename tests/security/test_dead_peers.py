"""S5 and S7: who says nothing costs no more than was granted, and who says too much is cut off."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from reconciler.model.errors import ReconcilerError, Unreachable, Unreadable
from reconciler.transport.contact import Contact
from reconciler.transport.errors import Interrupted
from reconciler.transport.http import HttpClient
from reconciler.transport.netconf import NetconfPool
from reconciler.transport.ssh import SshPool
from tests.transport.netconf_peer import END, Peer, hello, listening, mute
from tests.transport.ssh_peer import peer

HOST = "device.lille"
BOUND_S = 1.0
MIB = 1024 * 1024
GROWTH_MIB = 64
KEY = " ".join(asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().split()[:2])


def run_script(contact: Contact, bound_s: float = BOUND_S) -> None:
    pool = SshPool({HOST: contact}, connect_timeout_s=bound_s)
    try:
        pool.run(HOST, "true\n", deadline_s=bound_s)
    finally:
        pool.close()


def commit(contact: Contact, bound_s: float = BOUND_S) -> None:
    pool = NetconfPool({HOST: contact}, connect_s=bound_s, rpc_s=bound_s)
    try:
        pool.session(HOST).commit()
    finally:
        pool.close()


def fetch(contact: Contact, bound_s: float = BOUND_S) -> None:
    client = HttpClient()
    try:
        client.exchange("GET", f"http://127.0.0.1:{contact.port}/nodes", headers={}, deadline_s=bound_s)
    finally:
        client.close()


@contextmanager
def ends_within(seconds: float) -> Iterator[None]:
    started = time.monotonic()
    yield
    assert time.monotonic() - started <= seconds + 2


@pytest.mark.parametrize("call", [run_script, commit, fetch])
@pytest.mark.parametrize("banner", [b"", b"SSH-2.0-Silence\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n"])
def test_s05_a_port_that_accepts_and_falls_silent_costs_no_more_than_the_bound(
    tmp_path: Path, call: Callable[[Contact], None], banner: bytes
) -> None:
    asyncssh.generate_private_key("ssh-ed25519").write_private_key(tmp_path / "id")
    with mute(banner) as port, ends_within(BOUND_S), pytest.raises(Unreachable):
        call(Contact("127.0.0.1", port, "root", KEY, str(tmp_path / "id")))


@pytest.mark.parametrize("silent", [Peer(greeting=None), Peer(lambda request: b"")], ids=["no hello", "no reply"])
def test_s05_a_switch_that_falls_silent_costs_no_more_than_the_bound(tmp_path: Path, silent: Peer) -> None:
    with listening(silent, tmp_path) as contact, ends_within(2 * BOUND_S), pytest.raises(Unreachable):
        commit(contact)


def test_s05_a_host_whose_script_never_ends_costs_no_more_than_the_bound(tmp_path: Path) -> None:
    async def hang(process: Any) -> None:
        await process.wait_closed()

    with peer(tmp_path, hang) as server, ends_within(BOUND_S), pytest.raises(Interrupted):
        run_script(server.contact)


# -- who says too much -------------------------------------------------------------------------------


@contextmanager
def little_memory() -> Iterator[None]:
    """The process, peer included, grows by 64 MiB at most."""
    Path("/proc/self/clear_refs").write_text("5")  # the high-water mark begins anew
    before = memory("VmRSS")
    yield
    assert memory("VmHWM") - before <= GROWTH_MIB


def memory(field: str) -> float:
    found = re.search(rf"{field}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1]) / 1024


def endless(request: bytes) -> bytes:
    return b"<rpc-reply>" + b" " * (17 * MIB)


def deep(request: bytes) -> bytes:
    return b"<rpc-reply>" + b"<a>" * 1_000_000 + END


FLOODS = {
    "no delimiter": Peer(endless),
    "a chunk of 10^12": Peer(lambda request: b"\n#1000000000000\n", hello("base:1.1") + END, True),
    "10^6 levels": Peer(deep),
}


@pytest.mark.parametrize("flood", FLOODS.values(), ids=FLOODS)
def test_s07_a_switch_that_floods_us_is_cut_off(tmp_path: Path, flood: Peer) -> None:
    wrong = pytest.raises((Unreadable, Unreachable))
    with listening(flood, tmp_path) as contact, little_memory(), ends_within(20), wrong:
        commit(contact, 20)


def test_s07_a_host_that_floods_us_is_cut_off(tmp_path: Path) -> None:
    async def flood(process: Any) -> None:
        with suppress(OSError, asyncssh.Error):
            while True:
                process.stdout.write("x" * 65536)
                await process.stdout.drain()

    cut = pytest.raises(Interrupted, match="cut off")
    with peer(tmp_path, flood) as server, little_memory(), ends_within(20), cut:
        run_script(server.contact, 20)


@contextmanager
def http(head: bytes, part: bytes) -> Iterator[Contact]:
    """Answers ``head``, then ``part`` for ever."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    with server.accept()[0] as connection, suppress(OSError):
                        connection.settimeout(30)
                        connection.recv(65536)
                        connection.sendall(head)
                        while True:
                            connection.sendall(part)

        thread = threading.Thread(target=serve)
        thread.start()
        yield Contact("127.0.0.1", server.getsockname()[1], "", "", "")
        server.shutdown(socket.SHUT_RDWR)
        thread.join(30)


@pytest.mark.parametrize(
    ("head", "part"),
    [
        pytest.param(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65536, id="body"),
        pytest.param(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"4\r\nxxxx\r\n" * 1000, id="chunks"),
        pytest.param(b"HTTP/1.1 200 OK\r\n", b"X: " + b"y" * 65536 + b"\r\n", id="headers"),
    ],
)
def test_s07_a_deployer_that_floods_us_is_cut_off(head: bytes, part: bytes) -> None:
    with http(head, part) as contact, little_memory(), ends_within(8), pytest.raises(ReconcilerError):
        fetch(contact, 8)
