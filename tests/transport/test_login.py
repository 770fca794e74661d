"""A server that refuses a key, one that does not answer, and one that hangs up: three things, not one."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncssh
import paramiko
import pytest

from reconciler.transport.login import log_in
from tests.campaigns.bad_peers.ssh_server import Keys, Line, Script, refuse, serve_ssh


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    for name in ("host", "client"):
        asyncssh.generate_private_key("ssh-ed25519").write_private_key(str(tmp_path / name))
    return Keys(tmp_path)


@contextmanager
def transport_to(keys: Keys, login: Callable[[str], int]) -> Iterator[paramiko.Transport]:
    ours, theirs = socket.socketpair()
    threading.Thread(target=serve_ssh(keys, Script(_nothing, login=login)), args=(theirs,), daemon=True).start()
    transport = paramiko.Transport(ours)
    transport.start_client(timeout=5)
    yield transport
    transport.close()
    theirs.close()


def test_a_refusal_is_final(keys: Keys) -> None:
    with transport_to(keys, refuse) as transport, pytest.raises(paramiko.AuthenticationException):
        log_in(transport, "root", keys.load("client"), time.monotonic() + 5)


def test_no_answer_is_no_refusal(keys: Keys) -> None:
    def stall(name: str) -> int:
        time.sleep(2)
        return refuse(name)

    with transport_to(keys, stall) as transport, pytest.raises(TimeoutError):
        log_in(transport, "root", keys.load("client"), time.monotonic() + 0.5)


def test_a_connection_that_ends_is_no_refusal(keys: Keys) -> None:
    with transport_to(keys, lambda name: 1 // 0) as transport, pytest.raises(EOFError):
        log_in(transport, "root", keys.load("client"), time.monotonic() + 5)


def _nothing(line: Line) -> None:
    pass
