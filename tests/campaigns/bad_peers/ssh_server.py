"""An SSH server that does everything right but what a mode has it do wrong."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import paramiko
from paramiko.common import AUTH_FAILED, AUTH_SUCCESSFUL, OPEN_SUCCEEDED, cMSG_IGNORE

from tests.campaigns.bad_peers.mode import PATIENCE_S

WIDE, NARROW = 1 << 24, 1 << 15
"""How much the client may send before the server has read it."""


@dataclass(slots=True)
class Keys:
    """Files: the server's key, another one, and the client's."""

    folder: Path

    def load(self, name: str) -> paramiko.PKey:
        return paramiko.PKey.from_path(self.folder / name)


@dataclass(slots=True)
class Line:
    """One log-in's channel, once its command or subsystem is granted."""

    sock: socket.socket
    transport: Any
    channel: Any

    def freeze(self) -> None:
        """Read nothing more of what the client sends, not even the transport's own messages."""
        self.transport.packetizer.read_message = lambda: time.sleep(PATIENCE_S)

    def send_message(self, kind: bytes, *words: int) -> None:
        message = paramiko.Message()
        message.add_byte(kind)
        for word in words:
            message.add_int(word)
        self.transport._send_user_message(message)

    def ignore_flood(self) -> None:
        """Messages that mean nothing, for ever: the protocol has one for that."""
        until = time.monotonic() + PATIENCE_S
        message = paramiko.Message()
        message.add_byte(cMSG_IGNORE)
        message.add_string(b"x" * 30000)
        while time.monotonic() < until:
            self.transport._send_message(message)

    def read_all(self) -> bytes:
        """What the client sends, to its end of file."""
        said = bytearray()
        while data := self.channel.recv(65536):
            said += data
        return bytes(said)


def _let_in(name: str) -> int:
    return AUTH_SUCCESSFUL


def _open(kind: str, number: int) -> int:
    return OPEN_SUCCEEDED


def _grant(line: Line) -> bool:
    return True


@dataclass(slots=True)
class Script:
    """What the server does at each stage; the defaults are right.  ``begin`` is called before the key exchange."""

    talk: Callable[[Line], None]
    login: Callable[[str], int] = _let_in
    open: Callable[[str, int], int] = _open
    grant: Callable[[Line], bool] = _grant
    host_key: str = "host"
    begin: Callable[[Any], None] = lambda transport: None
    window: int = WIDE


@dataclass(slots=True)
class _Server(paramiko.ServerInterface):
    script: Script
    sock: socket.socket
    granted: threading.Event = field(default_factory=threading.Event)
    lines: list[Line] = field(default_factory=list)

    def get_allowed_auths(self, username: str) -> str:
        return "publickey"

    def check_auth_publickey(self, username: str, key: Any) -> int:
        return self.script.login(username)

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return self.script.open(kind, chanid)

    def check_channel_exec_request(self, channel: Any, command: bytes) -> bool:
        return self._begin(channel)

    def check_channel_subsystem_request(self, channel: Any, name: str) -> bool:
        return self._begin(channel)

    def _begin(self, channel: Any) -> bool:
        line = Line(self.sock, channel.get_transport(), channel)
        good = self.script.grant(line)
        if good:
            threading.Thread(target=self._talk, args=(line,), daemon=True).start()
        return good

    def _talk(self, line: Line) -> None:
        time.sleep(0.02)  # the grant goes first
        try:
            self.script.talk(line)
        except (OSError, EOFError, paramiko.SSHException):
            return  # the client has had enough


def serve_ssh(keys: Keys, script: Script) -> Callable[[socket.socket], None]:
    """Serve one connection until the client leaves it."""

    def serve(sock: socket.socket) -> None:
        transport = paramiko.Transport(sock, default_window_size=script.window)
        transport.add_server_key(keys.load(script.host_key))
        script.begin(transport)
        try:
            transport.start_server(server=_Server(script, sock))
            until = time.monotonic() + PATIENCE_S
            while transport.is_active() and time.monotonic() < until:
                time.sleep(0.05)
        except (OSError, EOFError, paramiko.SSHException):
            return
        finally:
            transport.close()

    return serve


def refuse(name: str) -> int:
    return AUTH_FAILED
