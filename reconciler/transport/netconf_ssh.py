"""An ncclient session over paramiko that trusts one pinned host key, offers one key, and waits for nothing for ever."""

from __future__ import annotations

import logging
import socket
import time
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

import ncclient
import paramiko
from ncclient.devices.default import DefaultDeviceHandler
from ncclient.transport.errors import SessionCloseError, SessionError
from ncclient.transport.session import END_DELIM, MSG_DELIM, NetconfBase
from ncclient.transport.ssh import SSHSession

from reconciler.failpoint import reach
from reconciler.model.errors import Unreachable, Unreadable
from reconciler.transport import strict_xml
from reconciler.transport.algorithms import WEAK
from reconciler.transport.cutoff import CutOff, cut_off
from reconciler.transport.errors import Untrusted
from reconciler.transport.login import log_in
from reconciler.transport.netconf_framing import REPLY_CAP, Framing
from reconciler.transport.versions import require

if TYPE_CHECKING:
    from reconciler.transport.contact import Contact

_LOG = logging.getLogger("ncclient")
_LOG.setLevel(logging.WARNING)  # at INFO it logs every message it sends, whole
_LOG.addHandler(logging.NullHandler())  # what fails is raised; without a handler it is also on the user's terminal

_READ_SIZE = 65536
_BASE = "urn:ietf:params:netconf:base:1."
_AFTER_HELLO_S = 0.05
"""A request that is read together with our hello is never answered by some servers (netconfd 2.13: one in thirty)."""
_KEEPALIVE_S = 30
"""Between passes a session is idle; what forgets idle connections must not forget ours."""

require("paramiko", paramiko.__version__)
require("ncclient", ncclient.__version__)


class StrictHandler(DefaultDeviceHandler):  # type: ignore[misc]  # ncclient has no types
    """ncclient's default, pinned down: no exempt errors, no say in how to connect (some vendors' take any host key)."""

    _EXEMPT_ERRORS: tuple[str, ...] = ()

    def __init__(self) -> None:
        super().__init__(device_params=None, ignore_errors=[])

    def add_additional_ssh_connect_params(self, kwargs: dict[str, object]) -> None:
        kwargs.clear()

    def is_rpc_error_exempt(self, error_text: str | None) -> bool:
        return False

    def get_xml_parser(self, session: PinnedSession) -> Framing:
        return session.framing


class PinnedSession(SSHSession):  # type: ignore[misc]  # ncclient has no types
    """One NETCONF session.  ``open`` replaces ncclient's ``connect``, which tries agents, files and passwords."""

    def __init__(self, contact: Contact) -> None:
        super().__init__(StrictHandler())
        self._contact = contact
        self._send_s = 30.0
        self._heard_bytes = 0
        self.framing = Framing(self._dispatch_message, lambda: bool(self._base == NetconfBase.BASE_11))
        self.parser = self.framing

    def open(self, *, deadline_s: float) -> None:
        """Connect, check the key, log in, say hello: all within ``deadline_s``.

        Raises:
            Untrusted: the key is not the pinned one (no log-in was tried), or ours cannot be read or is not taken.
            Unreachable: no answer in time.
        """
        ends = time.monotonic() + deadline_s
        key = _read_identity(self._contact)
        try:
            self._peer = socket.create_connection((self._contact.address, self._contact.port), timeout=_left(ends))
            with cut_off(self._peer, ends):
                self._shake_hands(self._peer, ends)
                self._check_host_key()
                log_in(self._transport, self._contact.user, key, ends)
                self._start_subsystem(ends)
        except paramiko.AuthenticationException as error:
            raise Untrusted(
                f"{self._where}: user {self._contact.user} is not let in: {error}; check identityFile"
            ) from None
        except (OSError, EOFError, paramiko.SSHException, SessionError, SessionCloseError) as error:
            raise Unreachable(f"{self._where}: {error or 'the connection was closed'}") from error

    @property
    def _where(self) -> str:
        return f"{self._contact.address}:{self._contact.port}"

    def _shake_hands(self, sock: socket.socket, ends: float) -> None:
        self._host = self._contact.address
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._transport = paramiko.Transport(sock, disabled_algorithms=WEAK)
        self._transport.set_log_channel("ncclient.transport.paramiko")
        self._transport.banner_timeout = self._transport.handshake_timeout = _left(ends)
        kind = self._contact.host_key.partition(" ")[0]
        kinds = ("rsa-sha2-512", "rsa-sha2-256") if kind == "ssh-rsa" else (kind,)
        try:
            self._transport.get_security_options().key_types = kinds
        except ValueError:
            raise Untrusted(f"{self._where}: host keys of type {kind} are not supported; pin another") from None
        self._transport.start_client(timeout=_left(ends))

    def _check_host_key(self) -> None:
        key = self._transport.get_remote_server_key()
        if f"{key.get_name()} {key.get_base64()}" != self._contact.host_key:
            raise Untrusted(
                f"{self._where}: shows the host key {key.fingerprint}, not the pinned one;"
                " if the device was replaced, pin its new key in the Site document (hostKey)"
            )

    def _start_subsystem(self, ends: float) -> None:
        self._channel = self._transport.open_session(timeout=_left(ends))
        self._channel.settimeout(_left(ends))
        self._channel.invoke_subsystem("netconf")
        self._channel_name = "netconf"
        self._transport.set_keepalive(_KEEPALIVE_S)
        self._connected = True
        self._closing.clear()
        self._send_s = _left(ends)
        self._post_connect(_left(ends))
        self._check_hello()
        time.sleep(_AFTER_HELLO_S)

    def _check_hello(self) -> None:
        """What every server has to say, and ncclient does without."""
        if not str(self._id).isdecimal() or int(self._id) == 0:
            raise Unreadable(f"{self._where}: a hello without a session-id")
        if not any(word.startswith(_BASE) for word in self._server_capabilities):
            raise Unreadable(f"{self._where}: a hello without a version of NETCONF")

    def limited(self, seconds: float) -> AbstractContextManager[CutOff]:
        """What is within is over in so many seconds, or the session is."""
        return cut_off(self._peer, time.monotonic() + seconds)

    def send(self, message: str) -> None:
        """Write at once: ncclient's own loop looks for outgoing messages every 0.1 s only."""
        if not self._connected:
            raise SessionError("the session is closed")
        data = message.encode()
        if self._base == NetconfBase.BASE_11:
            data = b"\n#%d\n%s%s" % (len(data), data, END_DELIM)
        else:
            data += MSG_DELIM
        self._heard_bytes = 0
        self._channel.settimeout(self._send_s)
        reach("netconf.send")
        self._channel.sendall(data)
        reach("netconf.sent")

    def _transport_read(self) -> bytes:
        data: bytes = self._channel.recv(_READ_SIZE)
        self._heard_bytes += len(data)
        if self._heard_bytes > 2 * REPLY_CAP:  # many small messages that nobody asked for are kept, too
            raise Unreadable(f"{self._where}: answers without end to one request")
        return data

    def _dispatch_message(self, raw: str) -> None:
        """Ncclient only logs what is not XML, and its caller waits out the time-out; here it ends the session."""
        try:
            strict_xml.parse(raw)
        except Unreadable as error:
            raise Unreadable(f"{self._where}: answered {error}") from None
        super()._dispatch_message(raw)

    def close(self) -> None:
        self.framing.stopped = True
        if self._transport is not None:
            super().close()


def _read_identity(contact: Contact) -> paramiko.PKey:
    try:
        return paramiko.PKey.from_path(contact.identity_file)
    except (OSError, paramiko.SSHException, ValueError, TypeError) as error:
        raise Untrusted(f"the private key {contact.identity_file} cannot be read: {error}; set identityFile") from None


def _left(ends: float) -> float:
    """Seconds until ``ends``, never none: a call then fails by itself and says where."""
    return max(0.05, ends - time.monotonic())
