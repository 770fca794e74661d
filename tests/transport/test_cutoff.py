"""A connection on which something waits for ever ends with its time."""

from __future__ import annotations

import os
import socket
import threading
import time

from reconciler.transport.cutoff import THREAD, cut_off


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


def test_each_of_many_ends_at_its_own_time_and_one_thread_sees_to_all() -> None:
    pairs = [socket.socketpair() for _ in range(20)]
    ended: dict[int, float] = {}

    def wait(number: int) -> None:
        with cut_off(pairs[number][0], started + number % 4 * 0.2):
            pairs[number][0].recv(1)
        ended[number] = time.monotonic() - started

    started = time.monotonic()
    threads = [threading.Thread(target=wait, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    assert sum(thread.name == THREAD for thread in threading.enumerate()) <= 1
    for thread in threads:
        thread.join(5)
    for ours, theirs in pairs:
        ours.close()
        theirs.close()
    assert len(ended) == 20
    for number, seconds in ended.items():
        assert number % 4 * 0.2 <= seconds < number % 4 * 0.2 + 2


def test_an_earlier_end_than_all_that_wait_is_not_missed() -> None:
    late, soon = socket.socketpair(), socket.socketpair()
    with late[0], late[1], soon[0], soon[1], cut_off(late[0], time.monotonic() + 60):
        started = time.monotonic()
        with cut_off(soon[0], started):
            assert soon[0].recv(1) == b""
        assert time.monotonic() - started < 2


def test_a_child_of_ours_keeps_its_own_time() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, cut_off(ours, time.monotonic() + 60):
        child = os.fork()
        if child == 0:
            a, _b = socket.socketpair()
            with cut_off(a, time.monotonic()):
                os._exit(0 if a.recv(1) == b"" else 1)
        _, status = os.waitpid(child, 0)
    assert status == 0


def test_after_a_while_without_deadlines_one_is_kept_again() -> None:
    time.sleep(1.3)
    ours, theirs = socket.socketpair()
    with ours, theirs, cut_off(ours, time.monotonic()):
        assert ours.recv(1) == b""
