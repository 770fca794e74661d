"""One HTTP exchange with a service: a deadline, a cap, no redirects, no proxies, nothing from the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Protocol

from reconciler.model.errors import Unreachable
from reconciler.transport.errors import Interrupted
from reconciler.transport.versions import require

if TYPE_CHECKING:
    import httpx2

CAP_BYTES = 16 * 1024 * 1024


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
        """
        ...


class HttpClient:
    """Keeps connections between calls; safe to use from several threads."""

    def __init__(self) -> None:
        self._client: httpx2.Client | None = None

    def exchange(
        self, method: str, url: str, *, headers: Mapping[str, str], body: str = "", deadline_s: float
    ) -> HttpReply:
        import httpx2  # 60 ms, and many runs talk to no deployer

        ends = monotonic() + deadline_s
        content = body.encode() if body else None
        timeout = httpx2.Timeout(deadline_s, connect=min(deadline_s, 10.0))
        try:
            with self._open().stream(method, url, headers=dict(headers), content=content, timeout=timeout) as reply:
                text = _read(reply, ends).decode("utf-8", errors="backslashreplace")
                return HttpReply(reply.status_code, {k.lower(): v for k, v in reply.headers.items()}, text)
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.InvalidURL) as error:
            raise Unreachable(f"{method} {url}: no connection: {error}") from error
        except httpx2.HTTPError as error:
            reason = str(error) or type(error).__name__
            raise Interrupted(f"{method} {url}: no complete answer: {reason}") from error

    def close(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None

    def _open(self) -> httpx2.Client:
        import httpx2

        if self._client is None:
            require("httpx2", httpx2.__version__)
            self._client = httpx2.Client(trust_env=False, follow_redirects=False)
        return self._client


def _read(reply: httpx2.Response, ends: float) -> bytes:
    """The body: the client's own time-outs begin anew with every byte, so a slow sender needs this clock too."""
    data = bytearray()
    for chunk in reply.iter_bytes():
        data += chunk
        if len(data) > CAP_BYTES:
            raise Interrupted(f"{reply.url}: answered more than {CAP_BYTES >> 20} MiB; cut off")
        if monotonic() > ends:
            raise Interrupted(f"{reply.url}: the answer did not end in time")
    return bytes(data)
