"""A connection on which something waits for ever ends with its time."""

from __future__ import annotations

import socket
import threading
import time

from reconciler.transport.cutoff import cut_off


def test_who_waits_to_read_or_to_write_is_let_go() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        started = time.monotonic()
        with cut_off(ours, started + 0.1) as cut:
            writer = threading.Thread(target=_write_for_ever, args=(ours,))
            writer.start()
            assert ours.recv(1) == b""
            writer.join(5)
        assert not writer.is_alive()
        assert cut.fired
        assert time.monotonic() - started < 2


def test_what_is_over_in_time_leaves_the_connection_as_it_is() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        with cut_off(ours, time.monotonic()) as cut:
            pass
        time.sleep(0.4)
        ours.sendall(b"x")
        assert (theirs.recv(1), cut.fired) == (b"x", False)


def _write_for_ever(sock: socket.socket) -> None:
    try:
        while True:
            sock.sendall(b"x" * 65536)
    except OSError:
        return
