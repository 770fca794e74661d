"""NETCONF framing over SSH (RFC 6242), both ways: bytes in, whole messages out.  Pure."""

from __future__ import annotations

import re
from typing import Final

END: Final = b"]]>]]>"
MAX_MESSAGE_BYTES: Final = 16 * 1024 * 1024
MAX_CHUNK_DIGITS: Final = 10
_HEADER: Final = re.compile(rb"\n#([1-9][0-9]{0,9})\n")
_LAST: Final = b"\n##\n"


class FramingError(ValueError):
    """The peer broke the framing or the size limit; RFC 6242 says: cut the connection, say nothing."""


class Framer:
    """Cuts a stream into messages: end-of-message marks at first, chunks from ``use_chunks`` on.

    Keeps at most one message and what has not been read yet; more than ``limit`` bytes is an error.
    """

    def __init__(self, limit: int = MAX_MESSAGE_BYTES) -> None:
        self._limit = limit
        self._buffer = bytearray()
        self._message = bytearray()
        self._chunk_left = 0
        self._chunked = False
        self._searched = 0

    def use_chunks(self) -> None:
        """From the next message on, which may already lie in the buffer."""
        self._chunked = True

    def feed(self, data: bytes) -> None:
        self._buffer += data

    def next_message(self) -> bytes | None:
        """The next whole message, or None when more bytes are needed.

        Raises:
            FramingError: the stream can no longer be understood, or the message is too long.
        """
        return self._next_chunked() if self._chunked else self._next_marked()

    def _next_marked(self) -> bytes | None:
        end = self._buffer.find(END, self._searched)
        if end < 0:
            self._check_size(len(self._buffer))
            self._searched = max(0, len(self._buffer) - len(END) + 1)
            return None
        self._check_size(end)
        message = bytes(self._buffer[:end])
        del self._buffer[: end + len(END)]
        self._searched = 0
        return message

    def _next_chunked(self) -> bytes | None:
        while self._buffer:
            if self._chunk_left:
                self._take_chunk()
                continue
            if self._buffer.startswith(_LAST):
                return self._finish()
            header = _HEADER.match(self._buffer)
            if header is None:
                self._check_header()
                return None
            self._chunk_left = int(header.group(1))
            self._check_size(len(self._message) + self._chunk_left)
            del self._buffer[: header.end()]
        return None

    def _take_chunk(self) -> None:
        part = self._buffer[: self._chunk_left]
        self._message += part
        self._chunk_left -= len(part)
        del self._buffer[: len(part)]

    def _finish(self) -> bytes:
        if not self._message:
            raise FramingError("end of chunks before any chunk")
        message = bytes(self._message)
        self._message.clear()
        del self._buffer[: len(_LAST)]
        return message

    def _check_header(self) -> None:
        """Refuse a header that no further byte can complete."""
        longest = len(b"\n#\n") + MAX_CHUNK_DIGITS
        if len(self._buffer) >= longest or not re.fullmatch(rb"\n(#(#|[1-9][0-9]*)?)?", self._buffer):
            raise FramingError(f"not a chunk header: {bytes(self._buffer[:longest])!r}")

    def _check_size(self, size: int) -> None:
        if size > self._limit:
            raise FramingError(f"a message of more than {self._limit} bytes")


def frame(message: bytes, *, chunked: bool) -> bytes:
    """``message`` as it goes over the wire."""
    if not chunked:
        return message + END
    return b"\n#%d\n" % len(message) + message + _LAST
