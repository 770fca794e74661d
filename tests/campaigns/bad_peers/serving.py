"""All the bad peers at once, each on a port of its own, in a process of their own: what they send is not our memory."""

from __future__ import annotations

import json
import os
import selectors
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

from tests.campaigns.bad_peers.mode import Mode

_SMALL_BUFFER = 65536
"""What the peer's kernel takes before the peer has read it: little, so that who does not read is felt."""


@contextmanager
def serving(modes: Sequence[Mode]) -> Iterator[Mapping[str, int]]:
    """The port of each mode, by its name.  Nobody listens on that of a mode that does not serve."""
    said, says = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(said)
        _serve_all(modes, lambda ports: os.write(says, json.dumps(ports).encode() + b"\n"))
        os._exit(0)
    os.close(says)
    try:
        with os.fdopen(said) as lines:
            yield json.loads(lines.readline())
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _serve_all(modes: Sequence[Mode], tell: Callable[[dict[str, int]], object]) -> None:
    listeners = {mode.name: _listen() for mode in modes}
    with selectors.DefaultSelector() as ready:
        for mode in modes:
            if mode.serve is not None:
                listeners[mode.name].listen(16)
                ready.register(listeners[mode.name], selectors.EVENT_READ, mode)
        tell({name: int(listener.getsockname()[1]) for name, listener in listeners.items()})
        parent = os.getppid()
        while os.getppid() == parent:
            for key, _ in ready.select(1):
                sock, _ = listeners[key.data.name].accept()
                threading.Thread(target=_serve_one, args=(key.data, sock), daemon=True).start()


def _listen() -> socket.socket:
    """Bound, and not yet listening: such a port refuses."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _SMALL_BUFFER)
    listener.bind(("127.0.0.1", 0))
    return listener


def _serve_one(mode: Mode, sock: socket.socket) -> None:
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with sock, suppress(OSError, EOFError):
        assert mode.serve is not None
        mode.serve(sock)
