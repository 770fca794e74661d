"""The HTTP client against servers on loopback that misbehave."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from reconciler.model.errors import Unreachable, Unreadable
from reconciler.transport import http
from reconciler.transport.errors import Interrupted
from reconciler.transport.http import HttpClient

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nX-Application-Error-Code: 6\r\nContent-Length: 2\r\n\r\nhi"


@contextmanager
def server(answer: Callable[[socket.socket, bytes], None]) -> Iterator[tuple[str, list[bytes]]]:
    """Accept connections one by one, read each request's head and body, and let ``answer`` do the rest."""
    requests: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def work() -> None:
            while True:
                try:
                    peer, _ = listener.accept()
                except OSError:
                    return
                with peer:
                    peer.settimeout(5)
                    requests.append(peer.recv(65536))
                    answer(peer, requests[-1])

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", requests
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(5)


@pytest.fixture
def client() -> Iterator[HttpClient]:
    client = HttpClient()
    yield client
    client.close()


def get(client: HttpClient, url: str, deadline_s: float = 2.0, method: str = "GET", body: str = "") -> http.HttpReply:
    return client.exchange(method, url, headers={"X-Kadeploy-User": "alice"}, body=body, deadline_s=deadline_s)


def test_an_answer_comes_back_whole_with_lower_case_headers(client: HttpClient) -> None:
    with server(lambda peer, _: peer.sendall(OK)) as (url, requests):
        reply = get(client, url + "/nodes")
    assert (reply.status, reply.text, reply.headers["x-application-error-code"]) == (200, "hi", "6")
    assert b"X-Kadeploy-User: alice" in requests[0]


def test_a_redirect_is_an_answer_and_is_not_followed(client: HttpClient) -> None:
    moved = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
    with server(lambda peer, _: peer.sendall(moved)) as (url, requests):
        assert get(client, url).status == 302
    assert len(requests) == 1


def test_a_proxy_of_the_environment_is_not_used(client: HttpClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    with server(lambda peer, _: peer.sendall(OK)) as (url, _):
        assert get(client, url).status == 200


def test_nobody_there_means_nothing_was_sent(client: HttpClient) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(Unreachable) as caught:
        get(client, f"http://127.0.0.1:{port}/", method="POST", body="{}")
    assert not isinstance(caught.value, Interrupted)


def test_a_connection_cut_after_the_request_may_have_done_it_and_is_not_tried_again(client: HttpClient) -> None:
    with server(lambda peer, _: None) as (url, requests):
        with pytest.raises(Interrupted):
            get(client, url, method="POST", body="{}")
        time.sleep(0.1)
    assert len(requests) == 1


def test_a_silent_server_costs_no_more_than_the_deadline(client: HttpClient) -> None:
    with server(lambda peer, _: time.sleep(1)) as (url, _):
        started = time.monotonic()
        with pytest.raises(Interrupted):
            get(client, url, deadline_s=0.3)
        assert time.monotonic() - started < 0.8


def test_a_server_that_sends_byte_by_byte_costs_no_more_than_the_deadline(client: HttpClient) -> None:
    def drip(peer: socket.socket, _: bytes) -> None:
        peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        try:
            for _ in range(40):
                peer.sendall(b"x")
                time.sleep(0.05)
        except OSError:
            pass

    with server(drip) as (url, _):
        started = time.monotonic()
        with pytest.raises(Interrupted, match="in time"):
            get(client, url, deadline_s=0.4)
        assert time.monotonic() - started < 1.2


@pytest.mark.parametrize(
    "pieces",
    [
        [b"HTTP/1.1 200 OK\r\n", *[b"X: y\r\n"] * 100],
        [b"HTTP/1.1 100 Continue\r\n\r\n"] * 100,
        [b"H", b"T", b"T", b"P", *[b"/"] * 100],
    ],
    ids=["a header now and then", "interim answers", "byte by byte from the first"],
)
def test_a_server_that_never_comes_to_its_answer_costs_no_more_than_the_deadline(
    client: HttpClient, pieces: list[bytes]
) -> None:
    def drip(peer: socket.socket, _: bytes) -> None:
        try:
            for piece in pieces:
                peer.sendall(piece)
                time.sleep(0.05)
        except OSError:
            pass

    with server(drip) as (url, _):
        started = time.monotonic()
        with pytest.raises(Interrupted, match="in time"):
            get(client, url, deadline_s=0.4)
        assert time.monotonic() - started < 1.2


def test_a_server_that_does_not_read_costs_no_more_than_the_deadline(client: HttpClient) -> None:
    with server(lambda peer, _: time.sleep(1.5)) as (url, _):
        started = time.monotonic()
        with pytest.raises(Interrupted, match="in time"):
            get(client, url, deadline_s=0.4, method="POST", body="x" * 20_000_000)
        assert time.monotonic() - started < 1.2


def test_an_answer_that_is_packed_is_not_unpacked(client: HttpClient) -> None:
    packed = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\x1f\x8b"
    with server(lambda peer, _: peer.sendall(packed)) as (url, requests), pytest.raises(Unreadable, match="gzip"):
        get(client, url)
    assert b"accept-encoding" not in requests[0].lower()


def test_a_url_that_cannot_be_asked_says_so(client: HttpClient) -> None:
    for url in ("ftp://127.0.0.1/", "http://127.0.0.1:port/"):
        with pytest.raises(Unreachable, match="correct the URL") as caught:
            get(client, url)
        assert not isinstance(caught.value, Interrupted)


def test_an_answer_without_end_is_cut_off(client: HttpClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "CAP_BYTES", 100_000)

    def flood(peer: socket.socket, _: bytes) -> None:
        peer.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        try:
            while True:
                peer.sendall(b"x" * 65536)
        except OSError:
            pass

    with server(flood) as (url, _), pytest.raises(Interrupted, match="cut off"):
        get(client, url)
