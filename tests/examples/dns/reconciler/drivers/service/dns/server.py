"""What is said to a name server, one line a request over TCP: an example's protocol, as short as it can be."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from urllib.parse import urlsplit

from reconciler.model.errors import Unreachable

DEADLINE_S = 10.0
_MOST = 1 << 20


class Server:
    """Each call is a connection of its own; ``url`` is ``dns://host:port``."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._at = (parts.hostname or "", parts.port or 53)

    def ask(self, requests: Sequence[str]) -> str:
        """All answers.  Raises Unreachable when they did not come whole."""
        try:
            with socket.create_connection(self._at, DEADLINE_S) as connection, connection.makefile("rwb") as stream:
                stream.write("".join(f"{request}\n" for request in (*requests, "end")).encode())
                stream.flush()
                return stream.read(_MOST).decode()
        except (OSError, UnicodeDecodeError) as error:
            raise Unreachable(f"name server {self._at[0]}:{self._at[1]}: {error}") from error
