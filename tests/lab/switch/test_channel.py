from __future__ import annotations

import asyncio

import pytest
from lxml import etree

from reconciler.lab.switch.channel import Channel
from reconciler.lab.switch.framing import FramingError


class Pipe:
    """Both ends of a channel: what is to be read, and what was written."""

    def __init__(self, *parts: bytes, broken: bool = False) -> None:
        self.parts = list(parts)
        self.written = b""
        self._broken = broken

    async def read(self, n: int = -1) -> bytes:
        return self.parts.pop(0) if self.parts else b""

    def write(self, data: bytes) -> None:
        if self._broken:
            raise BrokenPipeError("Channel not open for sending")
        self.written += data

    async def drain(self) -> None:
        pass

    def close(self) -> None:
        pass


def test_news_for_a_subscriber_that_has_gone_hurts_nobody() -> None:
    pipe = Pipe(broken=True)
    Channel(pipe, pipe).post(etree.Element("news"))
    with pytest.raises(BrokenPipeError):
        asyncio.run(Channel(pipe, pipe).send(etree.Element("reply")))


def test_a_message_is_put_together_from_its_parts() -> None:
    pipe = Pipe(b"<a><", b"b/></a>]]", b">]]>\n#4\n<", b"c/>\n##\n")

    async def scenario() -> list[str]:
        channel = Channel(pipe, pipe)
        first = await channel.receive()
        channel.use_chunks()
        second, end = await channel.receive(), await channel.receive()
        assert end is None
        return [str(message.tag) for message in (first, second) if message is not None]

    assert asyncio.run(scenario()) == ["a", "c"]


def test_what_is_sent_is_framed_as_agreed() -> None:
    pipe = Pipe()

    async def scenario() -> None:
        channel = Channel(pipe, pipe)
        await channel.send_bytes(b"<a/>")
        channel.use_chunks()
        await channel.send_bytes(b"<b/>")

    asyncio.run(scenario())
    assert pipe.written == b"<a/>]]>]]>\n#4\n<b/>\n##\n"


def test_a_broken_stream_is_an_error() -> None:
    pipe = Pipe(b"\n#0\n")
    channel = Channel(pipe, pipe)
    channel.use_chunks()
    with pytest.raises(FramingError):
        asyncio.run(channel.receive())
