"""Messages over one SSH channel: framed on the way out, cut apart on the way in."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Protocol

from lxml import etree

from reconciler.lab.switch.framing import Framer, frame
from reconciler.lab.switch.wire import parse_message, render_message

_READ_BYTES = 64 * 1024


class Reader(Protocol):
    async def read(self, n: int = -1) -> bytes: ...


class Writer(Protocol):
    def write(self, data: bytes) -> None: ...
    async def drain(self) -> None: ...
    def close(self) -> None: ...


class Channel:
    def __init__(self, reader: Reader, writer: Writer) -> None:
        self._reader = reader
        self._writer = writer
        self._framer = Framer()
        self._chunked = False

    def use_chunks(self) -> None:
        """Both sides speak base:1.1 from here on."""
        self._chunked = True
        self._framer.use_chunks()

    async def receive(self) -> etree._Element | None:
        """The next message; None when the peer has closed.

        Raises:
            FramingError: the stream is broken.
            Malformed: the message is no XML that we accept.
        """
        while (message := self._framer.next_message()) is None:
            data = await self._reader.read(_READ_BYTES)
            if not data:
                return None
            self._framer.feed(data)
        return parse_message(message)

    async def wait_for_close(self) -> None:
        """Read and forget until the peer gives up."""
        while await self._reader.read(_READ_BYTES):
            pass

    def post(self, message: etree._Element) -> None:
        """Send without waiting for the peer to take it, or for the news that it has gone."""
        with suppress(OSError):
            self._write(message)

    async def send(self, message: etree._Element) -> None:
        self._write(message)
        await self._writer.drain()

    def _write(self, message: etree._Element) -> None:
        self._writer.write(frame(render_message(message), chunked=self._chunked))

    async def send_bytes(self, message: bytes) -> None:
        """Send what need not be XML, framed."""
        self._writer.write(frame(message, chunked=self._chunked))
        await self._writer.drain()

    async def send_endlessly(self, part: bytes, limit_bytes: int) -> None:
        """A message that never ends; after ``limit_bytes`` nothing more comes."""
        if self._chunked:
            part = b"\n#%d\n" % len(part) + part
        for _ in range(limit_bytes // len(part)):
            self._writer.write(part)
            await self._writer.drain()
            await asyncio.sleep(0)

    def close(self) -> None:
        self._writer.close()
