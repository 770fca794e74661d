"""Reads and writes that share one deadline, however many they are."""

from __future__ import annotations

import socket
import time

import httpcore2
import pytest

from reconciler.transport.http_deadline import DeadlineBackend


def test_no_read_and_no_write_begins_after_the_end() -> None:
    backend = DeadlineBackend()
    backend.set_deadline(time.monotonic() + 5)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        stream = backend.connect_tcp("127.0.0.1", listener.getsockname()[1])
        stream.write(b"x")
        backend.set_deadline(time.monotonic() - 1)
        with pytest.raises(httpcore2.ReadTimeout):
            stream.read(1)
        with pytest.raises(httpcore2.WriteTimeout):
            stream.write(b"x")
        stream.close()


def test_a_shorter_time_out_of_the_client_itself_holds() -> None:
    backend = DeadlineBackend()
    backend.set_deadline(time.monotonic() + 60)
    assert backend.left(2.0) == 2.0
    assert 59 < backend.left(None) <= 60
