"""Logging in with one key, and telling a server that says no from one that says nothing."""

from __future__ import annotations

from time import monotonic

import paramiko

_CLOCKS_APART_S = 0.05


def log_in(transport: paramiko.Transport, user: str, key: paramiko.PKey, ends: float) -> None:
    """Log in by ``ends`` (monotonic seconds).

    Raises:
        paramiko.AuthenticationException: the server refused; another try is of no use.
        TimeoutError, EOFError: it did not answer, or the connection ended.
    """
    transport.auth_timeout = max(0.05, ends - monotonic())
    try:
        transport.auth_publickey(user, key)
    except paramiko.AuthenticationException:  # the library's word for all three
        if not transport.is_active():
            raise EOFError("the connection was closed during log-in") from None
        if monotonic() >= ends - _CLOCKS_APART_S:
            raise TimeoutError("no answer to the log-in in time") from None
        raise
