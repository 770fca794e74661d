"""What an SSH server can do wrong from its key exchange to its exit status."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable
from typing import Any

from paramiko.common import OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED, cMSG_CHANNEL_WINDOW_ADJUST, cMSG_DISCONNECT

from reconciler.transport.ssh_connection import CAP_BYTES
from tests.campaigns.bad_peers.mode import (
    ANSWERED,
    DOWN,
    LOST,
    PATIENCE_S,
    UNTRUSTED,
    Mode,
    Serve,
    reset,
)
from tests.campaigns.bad_peers.ssh_server import NARROW, WIDE, Keys, Line, Script, refuse, serve_ssh

WARM = b"true # the connection works\n"
"""A script that every mode answers as it should: it comes before the call under test on a kept connection."""


def handshake_modes(keys: Keys, talk: Callable[[Line], None]) -> tuple[Mode, ...]:
    """Up to the command or subsystem being granted; ``talk`` is how a good server goes on."""

    def mode(name: str, may_end: frozenset[str], **steps: Any) -> Mode:
        return Mode(name, serve_ssh(keys, Script(talk, **steps)), may_end)

    good = serve_ssh(keys, Script(talk))
    return (
        mode("another host key", UNTRUSTED, host_key="other"),
        mode("log-in refused", UNTRUSTED, login=refuse),
        mode("log-in never answered", LOST, login=_stall),
        mode("channel refused", DOWN, open=lambda kind, number: OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED),
        mode("channel never answered", LOST, open=lambda kind, number: _stall("")),
        mode("command refused", DOWN, grant=lambda line: False),
        mode("command never answered", LOST, grant=lambda line: bool(_stall(""))),
        mode("key exchange never ends", LOST, begin=_never_agree),
        Mode("goes dumb in its algorithms", relay_until(good, 200, hold_up=True), LOST),
        Mode("goes dumb in its key exchange", relay_until(good, 1100, hold_up=True), LOST),
        Mode("resets in its key exchange", relay_until(good, 1100, hold_up=False), LOST),
    )


def stream_modes(keys: Keys) -> tuple[Mode, ...]:
    """Once a script is sent."""

    def mode(name: str, may_end: frozenset[str], then: Callable[[Line], None]) -> Mode:
        return Mode(name, serve_ssh(keys, Script(after_script(then))), may_end, late=True)

    flood = b"x" * 32768
    return (
        mode("silent after the script", LOST, lambda line: time.sleep(PATIENCE_S)),
        mode("reset after the script", LOST, lambda line: reset_line(line)),
        mode("closed after the script", LOST, lambda line: line.transport.close()),
        mode("reset in the reply", LOST, _reset_in_reply),
        mode("channel closed in the reply, no status", LOST, _close_in_reply),
        mode("end of file, no status ever", LOST, _no_status),
        mode("status, no end of file", LOST, _no_end),
        mode("killed by a signal", LOST, _signalled),
        mode("1-byte slices", ANSWERED, lambda line: _slices(line, 0)),
        mode("4 bytes/s", LOST, lambda line: _slices(line, 0.25)),
        mode("stdout without end", LOST, lambda line: _flood(line, line.channel.sendall, flood)),
        mode("stderr without end", LOST, lambda line: _flood(line, line.channel.sendall_stderr, flood)),
        mode("stderr before stdout", ANSWERED, _much_stderr),
        mode("all that is allowed, and not UTF-8", ANSWERED, _just_allowed),
        mode("nothing at all", ANSWERED, lambda line: _end(line, 0)),
        mode("status of 32 bits", ANSWERED, lambda line: _end(line, 2**32 - 1)),
        mode("empty messages without end", LOST, lambda line: line.ignore_flood()),
        mode("disconnects with a message", LOST, _disconnect),
        mode("key exchange anew, never ends", LOST, _rekey),
        *(
            Mode(name, serve_ssh(keys, Script(before_script(talk), window=window)), LOST, late=True)
            for name, talk, window in STINGY
        ),
    )


def after_script(then: Callable[[Line], None]) -> Callable[[Line], None]:
    """Read the script to its end, and be good to the first of a connection that asks for it."""

    def talk(line: Line) -> None:
        if line.read_all() == WARM:
            good(line)
        else:
            then(line)

    return talk


def before_script(then: Callable[[Line], None]) -> Callable[[Line], None]:
    """The same, but what comes is not read."""

    def talk(line: Line) -> None:
        if line.channel.recv(len(WARM)) == WARM:
            good(line)
        else:
            then(line)

    return talk


def good(line: Line) -> None:
    line.channel.sendall(b"#end\n")
    _end(line, 0)


def relay_until(good: Serve, count: int, *, hold_up: bool) -> Serve:
    """A good server, of which only the first ``count`` bytes arrive."""

    def serve(sock: socket.socket) -> None:
        ours, theirs = socket.socketpair()
        threading.Thread(target=good, args=(theirs,), daemon=True).start()
        threading.Thread(target=_pump, args=(sock, ours), daemon=True).start()
        left = count
        while left and (data := ours.recv(left)):
            sock.sendall(data)
            left -= len(data)
        if hold_up:
            time.sleep(PATIENCE_S)
        else:
            reset(sock)
        ours.close()

    return serve


def _pump(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            sink.sendall(data)
    except OSError:
        return


def reset_line(line: Line) -> None:
    """RST: the descriptor itself is ended under the transport that has it."""
    line.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.transport.close()


def _stall(name: str) -> int:
    time.sleep(PATIENCE_S)
    return 0


def _never_agree(transport: Any) -> None:
    transport._send_kex_init_once = None
    transport._handler_table = {**transport._handler_table, 20: lambda message: time.sleep(PATIENCE_S)}


def _rekey(line: Line) -> None:
    line.transport._handler_table = {**line.transport._handler_table, 20: lambda message: time.sleep(PATIENCE_S)}
    line.transport._send_kex_init()
    time.sleep(PATIENCE_S)


def _end(line: Line, status: int) -> None:
    line.channel.send_exit_status(status)
    line.channel.close()


def _reset_in_reply(line: Line) -> None:
    line.channel.sendall(b"#domains\n")
    time.sleep(0.05)
    reset_line(line)


def _close_in_reply(line: Line) -> None:
    line.channel.sendall(b"#domains\n")
    line.channel.close()


def _no_status(line: Line) -> None:
    line.channel.sendall(b"#domains\n#end\n")
    line.channel.shutdown_write()
    time.sleep(PATIENCE_S)


def _no_end(line: Line) -> None:
    line.channel.sendall(b"#domains\n#end\n")
    line.channel.send_exit_status(0)
    time.sleep(PATIENCE_S)


def _signalled(line: Line) -> None:
    import paramiko

    message = paramiko.Message()
    message.add_byte(b"\x62")
    message.add_int(line.channel.remote_chanid)
    message.add_string("exit-signal")
    message.add_boolean(False)
    message.add_string("KILL")
    message.add_boolean(False)
    message.add_string("out of memory")
    message.add_string("")
    line.transport._send_user_message(message)
    line.channel.close()


def _slices(line: Line, pause_s: float) -> None:
    for _ in range(300):
        line.channel.sendall(b"x")
        time.sleep(pause_s)
    _end(line, 0)


def _flood(line: Line, send: Callable[[bytes], None], piece: bytes) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        send(piece)


def _much_stderr(line: Line) -> None:
    line.channel.sendall_stderr(b"e" * (CAP_BYTES // 2))
    good(line)


def _just_allowed(line: Line) -> None:
    line.channel.sendall(b"\xff" * (CAP_BYTES - 1))
    _end(line, 0)


def _disconnect(line: Line) -> None:
    import paramiko

    message = paramiko.Message()
    message.add_byte(cMSG_DISCONNECT)
    message.add_int(11)
    message.add_string("\x1b[31mgo away\n" * 100)
    message.add_string("")
    line.transport._send_user_message(message)
    time.sleep(0.2)


def _drip_window(line: Line) -> None:
    for _ in range(int(PATIENCE_S / 0.1)):
        line.send_message(cMSG_CHANNEL_WINDOW_ADJUST, line.channel.remote_chanid, 1)
        time.sleep(0.1)


def _freeze(line: Line) -> None:
    line.freeze()
    time.sleep(PATIENCE_S)


STINGY: tuple[tuple[str, Callable[[Line], None], int], ...] = (
    ("never reads its window", lambda line: time.sleep(PATIENCE_S), NARROW),
    ("opens its window byte by byte", _drip_window, NARROW),
    ("reads no TCP any more", _freeze, WIDE),
)
"""How a server keeps a client from sending what it has to send."""
