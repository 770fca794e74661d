"""One HTTP exchange with a service: a deadline, a cap, no redirects, no proxies, nothing from the environment."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Protocol

from reconciler.failpoint import reach
from reconciler.model.errors import Unreachable, Unreadable
from reconciler.transport.decoding import decode
from reconciler.transport.errors import Interrupted
from reconciler.transport.versions import require

if TYPE_CHECKING:
    import httpcore2

    from reconciler.transport.http_deadline import DeadlineBackend

CAP_BYTES = 4 * 1024 * 1024
"""The longest list of a site of 10,000 nodes has 3 MiB; text takes up to four times as much in memory."""
CONNECT_S = 10.0


@dataclass(frozen=True, slots=True)
class HttpReply:
    """``headers`` have lower-case names."""

    status: int
    headers: Mapping[str, str]
    text: str


class Http(Protocol):
    """What a driver needs; ``HttpClient`` is the real one."""

    def exchange(
        self, method: str, url: str, *, headers: Mapping[str, str], body: str = "", deadline_s: float
    ) -> HttpReply:
        """Send one request, never twice, and return the answer, whatever its status.

        Raises:
            Interrupted: the request may have arrived, and no complete answer came in time.
            Unreachable: there was no connection; nothing was sent.
            Unreadable: the answer is packed in a way that nobody asked for.
        """
        ...


class HttpClient:
    """Keeps connections between calls; safe to use from several threads."""

    def __init__(self) -> None:
        self._pool: tuple[httpcore2.ConnectionPool, DeadlineBackend] | None = None
        self._opening = threading.Lock()

    def exchange(
        self, method: str, url: str, *, headers: Mapping[str, str], body: str = "", deadline_s: float
    ) -> HttpReply:
        import httpcore2  # 40 ms, and many runs talk to no deployer

        pool, backend = self._open()
        backend.set_deadline(monotonic() + deadline_s)
        timeout = {"connect": min(deadline_s, CONNECT_S), "read": deadline_s, "write": deadline_s, "pool": deadline_s}
        asked = [(name.encode(), value.encode()) for name, value in headers.items()]
        content = body.encode() if body else None
        try:
            reach("http.send")
            with pool.stream(method, url, headers=asked, content=content, extensions={"timeout": timeout}) as reply:
                whole = _read(url, reply)
            reach("http.heard")
            return whole
        except (httpcore2.ConnectError, httpcore2.ConnectTimeout, httpcore2.PoolTimeout) as error:
            raise Unreachable(f"{method} {url}: no connection: {_reason(error)}") from error
        except (httpcore2.UnsupportedProtocol, httpcore2.LocalProtocolError, ValueError) as error:
            raise Unreachable(f"{method} {url}: cannot be asked: {_reason(error)}; correct the URL") from error
        except (httpcore2.TimeoutException, TimeoutError) as error:
            raise Interrupted(f"{method} {url}: no complete answer in time ({deadline_s:g} s)") from error
        except (httpcore2.NetworkError, httpcore2.ProtocolError, OSError) as error:
            raise Interrupted(f"{method} {url}: no complete answer: {_reason(error)}") from error

    def close(self) -> None:
        if self._pool is not None:
            self._pool[0].close()
            self._pool = None

    def _open(self) -> tuple[httpcore2.ConnectionPool, DeadlineBackend]:
        import httpcore2

        from reconciler.transport.http_deadline import DeadlineBackend

        with self._opening:
            if self._pool is None:
                require("httpcore2", httpcore2.__version__)
                backend = DeadlineBackend()
                self._pool = httpcore2.ConnectionPool(network_backend=backend), backend
            return self._pool


def _read(url: str, reply: httpcore2.Response) -> HttpReply:
    """The answer as it was sent: nothing is unpacked, so what is small stays small."""
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in reply.headers}
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding != "identity":
        raise Unreadable(f"{url}: answered in the encoding {encoding[:40]!a}, which was not asked for")
    data = bytearray()
    for chunk in reply.iter_stream():
        data += chunk
        if len(data) > CAP_BYTES:
            raise Interrupted(f"{url}: answered more than {CAP_BYTES >> 20} MiB; cut off")
    return HttpReply(reply.status, headers, decode(data))


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__
