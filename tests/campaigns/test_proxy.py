"""The proxy does to a connection what it was told, and to the others nothing."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.campaigns.proxy import Fault, Proxy, Sort, Target, by_turns, proxying


@contextmanager
def echo() -> Iterator[Target]:
    """Whoever comes gets back what he says."""

    def answer(sock: socket.socket) -> None:
        with sock:
            try:
                while data := sock.recv(4096):
                    sock.sendall(data)
            except OSError:
                return

    def accept(listener: socket.socket) -> None:
        while True:
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=answer, args=(sock,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=accept, args=(listener,), daemon=True).start()
        yield listener.getsockname()
        listener.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with echo() as target, proxying([target]) as proxy:
        yield proxy


def exchange(proxy: Proxy, text: bytes, timeout_s: float = 5) -> bytes:
    (port,) = proxy.ports.values()
    said = b""
    with socket.create_connection(("127.0.0.1", port), timeout=timeout_s) as sock:
        sock.sendall(text)
        while len(said) < len(text) and (data := sock.recv(4096)):
            said += data
    return said


def test_without_a_plan_everything_passes(proxy: Proxy) -> None:
    text = bytes(range(256)) * 1000
    assert exchange(proxy, text) == text
    assert not proxy.struck


def test_only_the_connection_that_was_meant_is_cut(proxy: Proxy) -> None:
    proxy.plan = by_turns({1: Fault(Sort.CUT, 3)})
    assert [exchange(proxy, b"abcdef") for _ in range(3)] == [b"abcdef", b"abc", b"abcdef"]


def test_a_cut_on_the_way_there_lets_nothing_more_arrive(proxy: Proxy) -> None:
    proxy.plan = by_turns({0: Fault(Sort.CUT, 3, towards_us=False)})
    assert exchange(proxy, b"abcdef") in (b"", b"abc")


@pytest.mark.parametrize("sort", [Sort.RESET, Sort.REFUSE])
def test_a_reset_is_one(proxy: Proxy, sort: Sort) -> None:
    proxy.plan = by_turns({0: Fault(sort, 3)})
    with pytest.raises(ConnectionResetError):
        exchange(proxy, b"abcdef")


def test_a_stall_passes(proxy: Proxy) -> None:
    proxy.plan = by_turns({0: Fault(Sort.STALL, 3, seconds=0.3)})
    started = time.monotonic()
    assert exchange(proxy, b"abcdef") == b"abcdef"
    assert time.monotonic() - started >= 0.3


def test_slices_are_whole_together(proxy: Proxy) -> None:
    proxy.plan = by_turns({0: Fault(Sort.SLICE, 3)})
    assert exchange(proxy, b"abcdef" * 100) == b"abcdef" * 100


def test_what_is_swallowed_never_comes_and_nobody_is_told(proxy: Proxy) -> None:
    proxy.plan = by_turns({0: Fault(Sort.SWALLOW, 3, seconds=5)})
    with pytest.raises(TimeoutError):
        exchange(proxy, b"abcdef", timeout_s=0.3)
    assert len(proxy.struck) == 1
