"""What an HTTP service can do wrong in its answer."""

from __future__ import annotations

import socket
import time
import zlib
from collections.abc import Callable
from functools import partial

from reconciler.transport.http import CAP_BYTES
from tests.campaigns.bad_peers.mode import (
    ANSWERED,
    LOST,
    LOST_OR_NONSENSE,
    NONSENSE,
    REFUSED,
    Mode,
    drip,
    flood,
    hold,
    reset,
)

NOTHING = b'{"wid": "D-1"}'
"""An object that any of our questions can be answered with."""


def whole(body: bytes, *headers: bytes, status: bytes = b"200 OK") -> bytes:
    lines = (b"HTTP/1.1 " + status, b"Content-Type: application/json", b"Content-Length: %d" % len(body), *headers)
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


_INTERIM = b"HTTP/1.1 100 Continue\r\n\r\n"


def modes() -> tuple[Mode, ...]:
    ok = b"HTTP/1.1 200 OK\r\n"
    chunked = ok + b"Transfer-Encoding: chunked\r\n\r\n"
    return (
        Mode("good", lambda sock: sock.sendall(_right(_read_request(sock))), ANSWERED | REFUSED, late=True),
        _mode("reset after the request", LOST, reset),
        _mode("closed after the request", LOST, lambda sock: None),
        _mode("silent after the request", LOST, hold),
        _mode("headers, then silent", LOST, partial(_then, whole(NOTHING)[:-14], hold)),
        _mode("reset in the body", LOST, partial(_then, whole(NOTHING)[:-4], reset)),
        _says("closed in the body", LOST, whole(NOTHING)[:-4]),
        _mode("headers, 4 bytes/s", LOST, lambda sock: drip(sock, whole(NOTHING))),
        _mode("body, 4 bytes/s", LOST, lambda sock: _drip_body(sock, whole(b" " * 100 + NOTHING))),
        Mode("1-byte slices", lambda sock: drip(sock, _right(_read_request(sock)), 0), ANSWERED | REFUSED, late=True),
        _mode("headers without end", LOST_OR_NONSENSE, partial(_then, ok, _ever(b"X-A: b\r\n" * 999))),
        _mode("one header without end", LOST_OR_NONSENSE, partial(_then, ok + b"X: ", _ever(b"x" * 9999))),
        _mode("interim answers without end", LOST_OR_NONSENSE, _ever(_INTERIM * 99)),
        _mode("interim answers, slowly", LOST_OR_NONSENSE, _slow_interim),
        _says("length says more", LOST, whole(NOTHING).replace(b": 14", b": 15")),
        _says("length says less", LOST_OR_NONSENSE, whole(NOTHING).replace(b": 14", b": 13")),
        _says("length of 10^12", LOST_OR_NONSENSE, whole(NOTHING).replace(b": 14", b": 1000000000000")),
        _says("negative length", LOST_OR_NONSENSE, whole(NOTHING).replace(b": 14", b": -1")),
        _says("two lengths", LOST_OR_NONSENSE, whole(NOTHING, b"Content-Length: 3")),
        _mode("body without end", LOST_OR_NONSENSE, partial(_then, ok + b"\r\n", _ever(b" " * 65536))),
        _mode("chunks without end", LOST_OR_NONSENSE, partial(_then, chunked, _ever(b"1\r\n \r\n" * 9999))),
        _says("chunk of 10^12 bytes", LOST_OR_NONSENSE, chunked + b"e8d4a51000\r\nxx"),
        _mode("chunk extension without end", LOST_OR_NONSENSE, partial(_then, chunked + b"1;", _ever(b"x" * 9999))),
        _mode("trailers without end", LOST_OR_NONSENSE, partial(_then, chunked + b"0\r\n", _ever(b"X-A: b\r\n" * 999))),
        _says("redirect to itself", REFUSED, whole(b"", b"Location: /nodes", status=b"302 Found")),
        _mode("gzip bomb", LOST_OR_NONSENSE, lambda sock: sock.sendall(whole(_bomb(), b"Content-Encoding: gzip"))),
        _says("encoding nobody asked for", LOST_OR_NONSENSE, whole(b"\x00\x01", b"Content-Encoding: br")),
        _says("no status line", LOST_OR_NONSENSE, b"hello\r\n\r\n"),
        _says("another protocol", LOST_OR_NONSENSE, b"HTTP/2.0 200 OK\r\n\r\n"),
        _says("switches protocols", LOST_OR_NONSENSE | REFUSED, b"HTTP/1.1 101 Switch\r\nUpgrade: h2c\r\n\r\n"),
        _says("no content", NONSENSE | REFUSED, b"HTTP/1.1 204 No Content\r\n\r\n"),
        _says("empty body", NONSENSE, whole(b"")),
        _says("no JSON", NONSENSE, whole(b"<html>sorry</html>")),
        _says("truncated JSON", NONSENSE, whole(NOTHING[:-1])),
        _says("not UTF-8", NONSENSE, whole(b'{"\xff\xfe": 1}'), ANSWERED),
        _says("depth 10^6", NONSENSE, whole(b'{"a":' + b"[" * 1_000_000)),
        _says("depth 10^4 of objects", NONSENSE, whole(b'{"a":' * 10_000 + b"1" + b"}" * 10_000)),
        _says("10^6 values", NONSENSE, whole(b'{"a":[' + b"{}," * 1_000_000 + b"{}]}")),
        _says("a number of 10^5 digits", NONSENSE, whole(b'{"wid":' + b"9" * 100_000 + b"}")),
        _says("all that is allowed, in one text", NONSENSE, _one_text(b""), ANSWERED),
        _says("all that is allowed, not Latin", NONSENSE, _one_text("\U0001f9ea".encode()), ANSWERED),
        _says("all that is allowed, not UTF-8", NONSENSE, whole(b"\xff" * CAP_BYTES)),
        _says("server error with all that is allowed", NONSENSE, whole(b"x" * CAP_BYTES, status=b"500 Oh")),
        _says("refusal with all that is allowed", REFUSED, whole(b"x \n" * (CAP_BYTES // 3), status=b"400 Oh")),
        _says("a list", NONSENSE, whole(b"[]")),
    )  # fmt: skip


def _mode(name: str, may_end: frozenset[str], then: Callable[[socket.socket], None]) -> Mode:
    def serve(sock: socket.socket) -> None:
        _read_request(sock)
        then(sock)

    return Mode(name, serve, may_end, late=True)


def _says(name: str, may_end: frozenset[str], text: bytes, more: frozenset[str] = frozenset()) -> Mode:
    return _mode(name, may_end | more, lambda sock: sock.sendall(text))


def _then(text: bytes, then: Callable[[socket.socket], None], sock: socket.socket) -> None:
    sock.sendall(text)
    time.sleep(0.02)
    then(sock)


def _drip_body(sock: socket.socket, text: bytes) -> None:
    head, _, body = text.partition(b"\r\n\r\n")
    sock.sendall(head + b"\r\n\r\n")
    drip(sock, body)


def _slow_interim(sock: socket.socket) -> None:
    for _ in range(100):
        sock.sendall(_INTERIM)
        time.sleep(0.2)


def _ever(piece: bytes) -> Callable[[socket.socket], None]:
    return partial(flood, piece=piece)


def _one_text(start: bytes) -> bytes:
    return whole(b'{"wid":"' + start + b"x" * (CAP_BYTES - 14) + b'"}')


def _bomb() -> bytes:
    """A thousand times as large once it is unpacked."""
    packer, piece = zlib.compressobj(9, wbits=31), b" " * (1 << 20)
    return b"".join(packer.compress(piece) for _ in range(256)) + packer.flush()


def _right(path: bytes) -> bytes:
    """What a good deployer says, which is an error to who asks for one."""
    if path.endswith(b"/error"):
        return whole(b"no such image", b"X-Application-Error-Code: 6", status=b"400 Bad Request")
    return whole(b"{}" if path == b"/nodes" else NOTHING)


def _read_request(sock: socket.socket) -> bytes:
    """All of it; its path."""
    said = b""
    while b"\r\n\r\n" not in said:
        data = sock.recv(65536)
        if not data:
            return b""
        said += data
    head, _, body = said.partition(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            while len(body) < int(line.partition(b":")[2]):
                body += sock.recv(65536)
    return said.split(b" ", 2)[1]
