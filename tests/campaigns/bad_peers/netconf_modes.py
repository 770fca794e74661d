"""What a NETCONF server can do wrong in its hello and in its replies."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from functools import partial

from reconciler.transport.netconf_framing import MOST_TAGS, REPLY_CAP
from tests.campaigns.bad_peers.mode import (
    ANSWERED,
    LOST,
    LOST_OR_NONSENSE,
    NONSENSE,
    PATIENCE_S,
    REFUSED,
    Mode,
)
from tests.campaigns.bad_peers.ssh_modes import STINGY, reset_line
from tests.campaigns.bad_peers.ssh_server import Keys, Line, Script, serve_ssh

NC = b"urn:ietf:params:xml:ns:netconf:base:1.0"
END, CHUNKS_END = b"]]>]]>", b"\n##\n"
_CAPABILITIES = (
    b"urn:ietf:params:netconf:base:1.0",
    b"urn:ietf:params:netconf:capability:candidate:1.0",
    b"urn:ietf:params:netconf:capability:confirmed-commit:1.1",
    b"urn:ietf:params:netconf:capability:startup:1.0",
)
_CHUNKED = (*_CAPABILITIES, b"urn:ietf:params:netconf:base:1.1")
_MESSAGE_ID = re.compile(rb'message-id="([^"]+)"')

Answer = Callable[[Line, bytes], None]


def hello(capabilities: tuple[bytes, ...] = _CAPABILITIES, session: bytes = b"<session-id>7</session-id>") -> bytes:
    said = b"".join(b"<capability>%s</capability>" % one for one in capabilities)
    return b'<hello xmlns="%s"><capabilities>%s</capabilities>%s</hello>' % (NC, said, session)


def reply(request: bytes, content: bytes | None = None) -> bytes:
    """A right reply: with data to whoever asks for data."""
    found = _MESSAGE_ID.search(request)
    number = found[1] if found else b"none"
    if content is None:
        content = b'<data><x xmlns="urn:x"/></data>' if b"<nc:get-config>" in request else b"<ok/>"
    return b'<rpc-reply xmlns="%s" message-id="%s">%s</rpc-reply>' % (NC, number, content)


def talk(answer: Answer, greeting: bytes = hello() + END, chunked: bool = False) -> Callable[[Line], None]:
    def talked(line: Line) -> None:
        line.channel.sendall(greeting)
        _read_until(line, END)
        while request := _read_until(line, CHUNKS_END if chunked else END):
            answer(line, request)

    return talked


def good(line: Line, request: bytes) -> None:
    line.channel.sendall(reply(request) + END)


def hello_modes(keys: Keys) -> tuple[Mode, ...]:
    def mode(name: str, may_end: frozenset[str], greet: Callable[[Line], None]) -> Mode:
        return Mode(name, serve_ssh(keys, Script(greet)), may_end)

    def says(name: str, greeting: bytes) -> Mode:
        return mode(name, LOST_OR_NONSENSE, talk(good, greeting))

    whole = hello() + END
    return (
        says("no hello", b""),
        says("half a hello", whole[:80]),
        says("hello without capabilities", hello(()) + END),
        says("hello without session-id", hello(session=b"") + END),
        says("hello without a base", hello((b"urn:x:y",)) + END),
        says("a reply instead of hello", reply(b'message-id="1"') + END),
        says("garbage instead of hello", b"\x00\x01hello?" + END),
        says("hello not UTF-8", whole.replace(b"candidate", b"\xff\xfe")),
        says("hello with entities", b'<!DOCTYPE a [<!ENTITY b "c">]>' + whole),
        says("hello of depth 10^6", b"<hello>" + b"<a>" * 1_000_000 + END),
        says("hello of 10^6 capabilities", hello(tuple(b"urn:%d" % n for n in range(1_000_000))) + END),
        mode("hello without end", LOST_OR_NONSENSE, lambda line: _flood(line, b"<hello>", b"<a/>" * 8192)),
        mode("hello, 4 bytes/s", LOST, lambda line: _drip(line, whole)),
        mode("channel closed after hello", LOST_OR_NONSENSE | ANSWERED, lambda line: _say_and_close(line, whole)),
    )


def reply_modes(keys: Keys) -> tuple[Mode, ...]:
    def mode(name: str, may_end: frozenset[str], answer: Answer, *, chunked: bool = False) -> Mode:
        greeting = hello(_CHUNKED if chunked else _CAPABILITIES) + END
        return Mode(name, serve_ssh(keys, Script(talk(answer, greeting, chunked))), may_end, late=True)

    def says(name: str, may_end: frozenset[str], say: Callable[[bytes], bytes], *, chunked: bool = False) -> Mode:
        return mode(name, may_end, lambda line, request: line.channel.sendall(say(request)), chunked=chunked)

    def within(request: bytes, content: bytes) -> bytes:
        return reply(request, content) + END

    return (
        mode("silent after the request", LOST, lambda line, request: time.sleep(PATIENCE_S)),
        mode("reset after the request", LOST, lambda line, request: reset_line(line)),
        mode("closed after the request", LOST, lambda line, request: line.channel.close()),
        mode("reset in the reply", LOST, lambda line, request: _say_and_reset(line, reply(request)[:70])),
        mode("closed in the reply", LOST, lambda line, request: _say_and_close(line, reply(request)[:70])),
        mode("reply in 1-byte slices", ANSWERED, lambda line, request: _drip(line, reply(request) + END, 0)),
        mode("reply, 4 bytes/s", LOST, lambda line, request: _drip(line, reply(request) + END)),
        mode("delimiter split", ANSWERED, _split_delimiter),
        mode("chunks of 1 byte", ANSWERED, partial(_in_chunks, size=1), chunked=True),
        mode("reply without end", LOST_OR_NONSENSE, lambda line, request: _flood(line, b"<rpc-reply>", b"<a/>" * 8192)),
        says("chunk of 10^12 bytes", NONSENSE, lambda request: b"\n#1000000000000\n" + b"x" * 4096, chunked=True),
        says("chunk within the digits, beyond the cap", NONSENSE, lambda r: b"\n#4000000000\nx", chunked=True),
        says("chunk never finished", LOST, lambda request: b"\n#4000\n" + b"x" * 3999, chunked=True),
        says("no chunk header", NONSENSE, lambda request: reply(request) + END, chunked=True),
        mode(
            "chunks without end", LOST_OR_NONSENSE, lambda line, r: _flood(line, b"", b"\n#1\nx" * 8192), chunked=True
        ),
        says("empty reply", NONSENSE, lambda request: within(request, b"")),
        says("empty message", LOST_OR_NONSENSE, lambda request: END),
        says("another message-id", LOST_OR_NONSENSE, lambda request: reply(b'message-id="urn:uuid:no"') + END),
        says("no message-id", LOST_OR_NONSENSE, lambda r: b'<rpc-reply xmlns="%s"><ok/></rpc-reply>' % NC + END),
        says("two replies", ANSWERED, lambda request: (reply(request) + END) * 2),
        says("garbage", NONSENSE, lambda request: b"{%!" + END),
        says("truncated XML", NONSENSE, lambda request: reply(request)[:-9] + END),
        says("not UTF-8", NONSENSE, lambda request: within(request, b"<ok/>\xff\xfe")),
        says("document type with entities", NONSENSE, lambda r: b'<!DOCTYPE a [<!ENTITY b "c">]>' + reply(r) + END),
        says("depth 10^6", NONSENSE, lambda request: within(request, b"<a>" * 1_000_000)),
        says("10^6 elements", NONSENSE, lambda request: within(request, b"<data>" + b"<a/>" * 1_000_000 + b"</data>")),
        says("all that is allowed, in one text", LOST_OR_NONSENSE | ANSWERED, _one_text),
        says("all that is allowed, not Latin", LOST_OR_NONSENSE | ANSWERED, _wide_text),
        says("10^4 errors", REFUSED, lambda request: within(request, _ERROR * 10_000)),
        says("all the elements that are allowed", LOST_OR_NONSENSE | ANSWERED, lambda r: within(r, _ELEMENTS)),
        says("an error with escapes", REFUSED, lambda request: within(request, _ERROR)),
        mode("messages without end", LOST_OR_NONSENSE, lambda line, request: _flood(line, b"", _NOTE * 256)),
        mode("empty transport messages without end", LOST, lambda line, request: line.ignore_flood()),
        *(
            Mode(name, serve_ssh(keys, Script(_stingy(then), window=window)), LOST, late=True)
            for name, then, window in STINGY
        ),
    )


_ERROR = (
    b"<rpc-error><error-type>protocol</error-type><error-tag>operation-failed</error-tag>"
    b"<error-severity>error</error-severity><error-message>no &#x9b;31m</error-message></rpc-error>"
)
_ELEMENTS = b"<data>" + b"<a>x</a>" * (MOST_TAGS // 2 - 10) + b"</data>"
_NOTE = b'<notification xmlns="urn:ietf:params:xml:ns:netconf:notification:1.0"><x/></notification>' + END


def _stingy(then: Callable[[Line], None]) -> Callable[[Line], None]:
    """Good up to the hellos; the first request is begun to be read."""

    def talked(line: Line) -> None:
        line.channel.sendall(hello() + END)
        _read_until(line, END)
        line.channel.recv(1)
        then(line)

    return talked


def _one_text(request: bytes) -> bytes:
    return reply(request, b"<data><t>" + b"x" * (REPLY_CAP - 400) + b"</t></data>") + END


def _wide_text(request: bytes) -> bytes:
    """Characters that take four bytes in memory, once there is one that does."""
    text = "\U0001f9ea".encode() + b"x" * (REPLY_CAP - 400)
    return reply(request, b"<data><t>" + text + b"</t></data>") + END


def _read_until(line: Line, end: bytes) -> bytes:
    said = bytearray()
    while not said.endswith(end):
        data = line.channel.recv(65536)
        if not data:
            return b""
        said += data
    return bytes(said)


def _split_delimiter(line: Line, request: bytes) -> None:
    line.channel.sendall(reply(request) + END[:3])
    time.sleep(0.1)
    line.channel.sendall(END[3:])


def _in_chunks(line: Line, request: bytes, size: int) -> None:
    message = reply(request)
    parts = (message[at : at + size] for at in range(0, len(message), size))
    line.channel.sendall(b"".join(b"\n#%d\n%s" % (len(part), part) for part in parts) + CHUNKS_END)


def _flood(line: Line, first: bytes, piece: bytes) -> None:
    line.channel.sendall(first)
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        line.channel.sendall(piece)


def _drip(line: Line, data: bytes, pause_s: float = 0.25) -> None:
    for index in range(len(data)):
        line.channel.sendall(data[index : index + 1])
        time.sleep(pause_s)


def _say_and_close(line: Line, text: bytes) -> None:
    line.channel.sendall(text)
    line.channel.close()


def _say_and_reset(line: Line, text: bytes) -> None:
    line.channel.sendall(text)
    time.sleep(0.05)
    reset_line(line)
