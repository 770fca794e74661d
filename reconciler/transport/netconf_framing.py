"""NETCONF message framing, as a client reads it: bytes in, whole messages out, bounded in size and linear in time.

It stands in for ncclient's own parser, which reads without bound and whose cost grows with the square of a reply.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from reconciler.model.errors import Unreadable

REPLY_CAP = 6 * 1024 * 1024
"""The configuration of 2,000 ports; text takes up to four times as much in memory."""
MOST_TAGS = 200_000
"""Twice what 2,000 ports have; a hostile reply makes each four bytes of it an element of 120."""
_END_1_0 = b"]]>]]>"
_CHUNK = re.compile(rb"\n#(?:([1-9][0-9]{0,9})|(#))\n")
_CHUNK_BEGUN = re.compile(rb"\n?|\n#(?:[1-9][0-9]{0,9}|#)?")
_DOCTYPE = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


class Framing:
    """Cuts a byte stream into messages and runner each, decoded, to ``deliver``.

    ``chunked`` says, whenever asked, whether the session has agreed on base 1.1.  A message that is too long, is not
    UTF-8 or carries a document type is refused before anything parses it.
    """

    def __init__(self, deliver: Callable[[str], None], chunked: Callable[[], bool], cap: int = REPLY_CAP) -> None:
        self._deliver, self._chunked, self._cap = deliver, chunked, cap
        self.stopped = False
        """Set when nobody waits for what is still to be cut: a flood of small chunks is seconds of work."""
        self._buffer = bytearray()
        self._scanned = 0
        self._chunks = bytearray()

    def parse(self, data: bytes) -> None:
        """Take what was read; the name is the one ncclient calls.

        Raises:
            Unreadable: the stream is no NETCONF, or a message exceeds the cap; nothing after it can be trusted.
        """
        self._buffer += data
        while not self.stopped and (self._chunk() if self._chunked() else self._whole()):
            pass

    def _whole(self) -> bool:
        """One 1.0 message; False when more bytes are needed."""
        end = self._buffer.find(_END_1_0, max(0, self._scanned - len(_END_1_0)))
        self._scanned = len(self._buffer)
        self._limit(self._scanned if end < 0 else end)
        if end < 0:
            return False
        message = self._buffer[:end]
        self._advance(end + len(_END_1_0))
        if not self._buffer.strip():
            self._buffer.clear()  # some servers send a line end after the delimiter
        self._finish(message)
        return True

    def _chunk(self) -> bool:
        """One 1.1 chunk or end of chunks; False when more bytes are needed."""
        header = _CHUNK.match(self._buffer)
        if header is None:
            if not _CHUNK_BEGUN.fullmatch(self._buffer):
                raise Unreadable("broken NETCONF 1.1 framing: no chunk header where one is due")
            return False
        if header[2]:
            message, self._chunks = self._chunks, bytearray()
            self._advance(header.end())
            self._finish(message)
            return True
        end = header.end() + int(header[1])
        self._limit(len(self._chunks) + int(header[1]))
        if len(self._buffer) < end:
            return False
        self._chunks += self._buffer[header.end() : end]
        self._advance(end)
        return True

    def _advance(self, count: int) -> None:
        del self._buffer[:count]
        self._scanned = 0

    def _limit(self, size: int) -> None:
        if size > self._cap:
            raise Unreadable(f"a NETCONF message of more than {self._cap} bytes")

    def _finish(self, message: bytearray) -> None:
        if message.count(b"<") > MOST_TAGS:
            raise Unreadable(f"a NETCONF message of more than {MOST_TAGS} tags")
        try:
            text = message.decode("utf-8").strip()
        except UnicodeDecodeError as error:
            raise Unreadable(f"a NETCONF message that is not UTF-8: {error.reason} at byte {error.start}") from None
        if _DOCTYPE.search(text):
            raise Unreadable("a NETCONF message with a document type; refused unparsed")
        self._deliver(text)
