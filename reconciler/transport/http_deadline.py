"""Connections of the HTTP client on which no exchange outlives its deadline, however its peer spreads its bytes.

The client's own time-outs are for each read and each write: they begin anew with every byte.
"""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterable
from time import monotonic
from typing import Any

import httpcore2


class DeadlineBackend(httpcore2.NetworkBackend):
    """``ends`` (monotonic seconds) is of the calling thread's exchange: set it before each."""

    def __init__(self) -> None:
        self._due = threading.local()
        self._inner = httpcore2.SyncBackend()

    def set_deadline(self, ends: float) -> None:
        self._due.ends = ends

    def left(self, timeout: float | None) -> float:
        """Seconds for the next read or write; none left raises ``TimeoutError``."""
        left = float(self._due.ends - monotonic())
        if left <= 0:
            raise TimeoutError("the answer did not end in time")
        return left if timeout is None else min(left, timeout)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        stream = self._inner.connect_tcp(host, port, self.left(timeout), local_address, socket_options)
        return _Stream(stream, self)


class _Stream(httpcore2.NetworkStream):
    def __init__(self, inner: httpcore2.NetworkStream, backend: DeadlineBackend) -> None:
        self._inner, self._backend = inner, backend

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            return self._inner.read(max_bytes, self._backend.left(timeout))
        except TimeoutError as error:
            raise httpcore2.ReadTimeout(str(error)) from None

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """The inner stream's own loop starts its time-out anew whenever the peer takes a little."""
        sock = self._inner.get_extra_info("socket")
        view = memoryview(buffer)
        try:
            while view:
                sock.settimeout(self._backend.left(timeout))
                view = view[sock.send(view) :]
        except TimeoutError as error:
            raise httpcore2.WriteTimeout(str(error)) from None
        except OSError as error:
            raise httpcore2.WriteError(str(error)) from None

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, self._backend.left(timeout)), self._backend)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)
