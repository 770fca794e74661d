"""One SSH connection by paramiko: the pinned key first, our key second, then scripts on channels."""

from __future__ import annotations

import logging
import select
import socket
from time import monotonic
from typing import TYPE_CHECKING

import paramiko

from reconciler.failpoint import reach
from reconciler.model.errors import Unreachable
from reconciler.transport.algorithms import WEAK
from reconciler.transport.contact import Contact
from reconciler.transport.cutoff import cut_off
from reconciler.transport.decoding import decode
from reconciler.transport.errors import Interrupted, Untrusted
from reconciler.transport.login import log_in
from reconciler.transport.versions import require

if TYPE_CHECKING:
    from reconciler.transport.ssh import Reply

COMMAND = "/bin/sh -s"
CAP_BYTES = 8 * 1024 * 1024
"""A host with 1,000 domUs says 4 MiB of them; text takes up to four times as much in memory."""

require("paramiko", paramiko.__version__)
_RSA = ("rsa-sha2-512", "rsa-sha2-256")

# Its threads report a broken peer to the log as well as to us; without a handler that lands on the user's terminal.
logging.getLogger("paramiko").addHandler(logging.NullHandler())


def connect(host: str, contact: Contact, ends: float) -> Connection:
    """Connect and log in by ``ends`` (monotonic seconds).

    Raises:
        Untrusted: the host showed another key than the pinned one (no log-in was tried), or refused ours.
        Unreachable: no connection by then.
    """
    identity = _load_identity(host, contact)
    transport: paramiko.Transport | None = None
    try:
        peer = socket.create_connection((contact.address, contact.port), timeout=_left(host, ends))
        with cut_off(peer, ends):
            transport = paramiko.Transport(peer, disabled_algorithms=WEAK)
            _verify(host, contact, transport, ends)
            log_in(transport, contact.user, identity, ends)
    except paramiko.AuthenticationException as error:
        _close(transport)
        raise Untrusted(f"{host}: log-in as {contact.user} with {contact.identity_file} refused: {error}") from error
    except (OSError, EOFError, paramiko.SSHException) as error:
        _close(transport)
        where = f"{contact.address} port {contact.port}"
        raise Unreachable(f"{host}: no SSH connection to {where}: {error or type(error).__name__}") from error
    except BaseException:
        _close(transport)
        raise
    return Connection(host, transport, peer)


def _load_identity(host: str, contact: Contact) -> paramiko.PKey:
    if not contact.identity_file:
        raise Untrusted(f"{host}: no private key is set; set identityFile in the Site document")
    try:
        return paramiko.PKey.from_path(contact.identity_file)
    except (OSError, ValueError, paramiko.SSHException) as error:
        raise Untrusted(f"{host}: cannot use the private key {contact.identity_file}: {error}") from error


def _verify(host: str, contact: Contact, transport: paramiko.Transport, ends: float) -> None:
    """Agree on keys and compare the host's with the pinned one, before any credential is sent."""
    kind, _, blob = contact.host_key.partition(" ")
    transport.get_security_options().key_types = _RSA if kind == "ssh-rsa" else (kind,)
    transport.banner_timeout = transport.handshake_timeout = _left(host, ends)
    transport.start_client(timeout=_left(host, ends))
    shown = transport.get_remote_server_key()
    if (shown.get_name(), shown.get_base64()) != (kind, blob.split(" ")[0]):
        raise Untrusted(f"{host}: shows the host key {shown.fingerprint}, which is not the pinned one; not logging in")


def _close(transport: paramiko.Transport | None) -> None:
    if transport is not None:
        transport.close()


def _left(host: str, ends: float) -> float:
    left = ends - monotonic()
    if left <= 0:
        raise Unreachable(f"{host}: no answer in time")
    return left


class Connection:
    """``prepare`` may be repeated; ``run`` is for once, on the channel that was prepared."""

    def __init__(self, host: str, transport: paramiko.Transport, peer: socket.socket) -> None:
        self._host = host
        self._transport = transport
        self._peer = peer
        self._channel: paramiko.Channel | None = None

    def prepare(self, ends: float) -> None:
        """Open a channel with a shell on it.  Nothing of the script is sent yet."""
        try:
            with cut_off(self._peer, ends):  # the command may never be granted
                # The window holds all that we accept, so a host that floods us never blocks while we are sending.
                channel = self._transport.open_session(window_size=CAP_BYTES, timeout=_left(self._host, ends))
                channel.settimeout(_left(self._host, ends))
                channel.exec_command(COMMAND)
        except (OSError, EOFError, paramiko.SSHException) as error:
            raise Unreachable(f"{self._host}: the connection is gone: {error or type(error).__name__}") from error
        self._channel = channel

    def run(self, script: str, ends: float) -> Reply:
        from reconciler.transport.ssh import Reply

        channel, self._channel = self._channel, None
        if channel is None:
            raise RuntimeError("run() without prepare()")
        try:
            channel.settimeout(_left(self._host, ends))
            with cut_off(self._peer, ends):
                reach("ssh.send")
                _send(channel, script)
                reach("ssh.sent")
                stdout, stderr = self._read(channel, ends)
                status = self._status(channel, ends)
                reach("ssh.heard")
                channel.close()  # after anything else the connection is given up, which waits for nobody
            return Reply(decode(stdout), status, decode(stderr))
        except Interrupted:
            raise
        except (OSError, EOFError, paramiko.SSHException, Unreachable) as error:
            reason = str(error) or type(error).__name__
            raise Interrupted(f"{self._host}: lost while a script ran ({reason}); it may have run") from error

    def close(self) -> None:
        self._transport.close()

    def _read(self, channel: paramiko.Channel, ends: float) -> tuple[bytearray, bytearray]:
        """Both streams to their end.  A host that floods one cannot hide the end of the other."""
        stdout, stderr = bytearray(), bytearray()
        while True:
            ended = channel.eof_received or channel.closed  # asked before reading: what came before the end is read
            while channel.recv_ready():
                stdout += channel.recv(65536)
            while channel.recv_stderr_ready():
                stderr += channel.recv_stderr(65536)
            if len(stdout) + len(stderr) > CAP_BYTES:
                raise Interrupted(f"{self._host}: answered more than {CAP_BYTES >> 20} MiB; cut off")
            if ended:
                return stdout, stderr
            self._wait(channel, ends)

    def _wait(self, channel: paramiko.Channel, ends: float) -> None:
        if not select.select([channel.fileno()], [], [], max(0.0, ends - monotonic()))[0]:
            raise Interrupted(f"{self._host}: the script did not end in time; it may still run")

    def _status(self, channel: paramiko.Channel, ends: float) -> int:
        # recv_exit_status() waits for ever, whatever the channel's time-out.
        channel.status_event.wait(max(0.0, ends - monotonic()))
        if not channel.exit_status_ready() or channel.exit_status < 0:
            raise Interrupted(f"{self._host}: the link or the script ended without a status; it may have run")
        return channel.exit_status


def _send(channel: paramiko.Channel, script: str) -> None:
    try:
        channel.sendall(script.encode())
        channel.shutdown_write()
    except OSError:
        if not channel.closed:
            raise
        # A script may end before it is read to its end (``exit``): then its output and status tell.
