"""Every call of the transports and the deployer's session, with the bound that it was given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from reconciler.drivers.image.kadeploy.deployer import Deployer, DeployerSession
from reconciler.drivers.image.kadeploy.rest import Image
from reconciler.transport.contact import Contact
from reconciler.transport.http import HttpClient, HttpReply
from reconciler.transport.netconf import NetconfPool, NetconfSession
from reconciler.transport.ssh import SshPool
from tests.campaigns.bad_peers.ssh_modes import WARM

HOST = "h1.lille"
CONNECT_S = RPC_S = 1.0
RUN_S = EXCHANGE_S = 1.5
OPEN_S = CONNECT_S * 1.25 + 0.1
"""Opening a session is tried again when the first time failed early."""
LARGE = 3_000_000
"""More than buffers on the way take.  It may take longer than its answer, however bad that is."""


@dataclass(frozen=True, slots=True)
class Call:
    """``prepare`` makes what is good before the call; ``act`` is the call; ``close`` gives everything back.

    ``early``: the connection is made within the call, so what goes wrong in making it shows in this call.
    ``late``: what goes wrong on an open connection shows.
    """

    name: str
    bound_s: float
    prepare: Callable[[Contact], Any]
    act: Callable[[Any], object]
    close: Callable[[Any], None]
    early: bool
    late: bool


# -- scripts over SSH ----------------------------------------------------------------------------------


def ssh_calls() -> tuple[Call, ...]:
    return (
        Call("run", RUN_S, _ssh_pool, lambda pool: _run(pool, "true\n"), SshPool.close, early=True, late=True),
        Call("run, kept", RUN_S, _warm, lambda pool: _run(pool, "true\n"), SshPool.close, early=False, late=True),
        Call("run, large", RUN_S, _warm, lambda p: _run(p, "#" * LARGE), SshPool.close, early=False, late=True),
        Call("close", RUN_S, _warm, SshPool.close, SshPool.close, early=False, late=True),
    )


def _ssh_pool(contact: Contact) -> SshPool:
    return SshPool({HOST: contact}, connect_timeout_s=CONNECT_S)


def _warm(contact: Contact) -> SshPool:
    pool = _ssh_pool(contact)
    pool.run(HOST, WARM.decode(), deadline_s=10)
    return pool


def _run(pool: SshPool, script: str) -> object:
    return pool.run(HOST, script, deadline_s=RUN_S)


# -- NETCONF -----------------------------------------------------------------------------------------

_DATA = etree.fromstring(b'<data xmlns="urn:x"/>')
_CONFIG = b'<config xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"'
_LARGE_CONFIG = etree.fromstring(_CONFIG + b"><a>" + b"x" * LARGE + b"</a></config>")
_METHODS: Mapping[str, Callable[[NetconfSession], object]] = {
    "get-config": lambda session: session.get_config("running", _DATA),
    "lock": lambda session: session.lock("candidate"),
    "unlock": lambda session: session.unlock("candidate"),
    "discard": lambda session: session.discard(),
    "edit": lambda session: session.edit(etree.fromstring(_CONFIG + b"/>")),
    "edit, large": lambda session: session.edit(_LARGE_CONFIG),
    "commit": lambda session: session.commit(),
    "commit on trial": lambda session: session.commit(confirm_s=60),
    "cancel-commit": lambda session: session.cancel_commit(),
    "copy": lambda session: session.copy("running", "startup"),
    "close": lambda session: session.close(),
}


def netconf_calls() -> tuple[Call, ...]:
    opening = Call("open", OPEN_S, _netconf_pool, _open, NetconfPool.close, early=True, late=False)
    return (opening, *(call for name, method in _METHODS.items() for call in _both(name, method)))


def _both(name: str, method: Callable[[NetconfSession], object]) -> tuple[Call, Call]:
    """The call as the first of a session, and on one that is open."""

    def first(pool: NetconfPool) -> object:
        return method(pool.session(HOST))

    return (
        Call(name, OPEN_S + RPC_S, _netconf_pool, first, NetconfPool.close, early=True, late=False),
        Call(name, RPC_S, _opened, first, NetconfPool.close, early=False, late=True),
    )


def _netconf_pool(contact: Contact) -> NetconfPool:
    return NetconfPool({HOST: contact}, connect_s=CONNECT_S, rpc_s=RPC_S)


def _opened(contact: Contact) -> NetconfPool:
    """Opened in good time, also where the machine is busy."""
    pool = NetconfPool({HOST: contact}, connect_s=10, rpc_s=RPC_S)
    _open(pool)
    return pool


def _open(pool: NetconfPool) -> object:
    return pool.session(HOST)


# -- the deployer -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Hurried:
    """The real client, with less patience than the session asks for."""

    client: HttpClient

    def exchange(
        self, method: str, url: str, *, headers: Mapping[str, str], body: str = "", deadline_s: float
    ) -> HttpReply:
        bound_s = min(EXCHANGE_S, deadline_s)
        return self.client.exchange(method, url, headers=headers, body=body, deadline_s=bound_s)


_IMAGE = Image("debian-xen", 1, "root")
_REQUESTS: Mapping[str, Callable[[DeployerSession], object]] = {
    "nodes": lambda session: session.fetch_nodes(),
    "start": lambda session: session.start(["griffon-1"], _IMAGE),
    "start, large": lambda session: session.start([f"griffon-{n}.nancy" for n in range(LARGE // 100)], _IMAGE),
    "workflow": lambda session: session.fetch_workflow("D-1"),
    "places": lambda session: session.fetch_places("D-1"),
    "error": lambda session: _raise(session.fetch_error("D-1")),
}


def http_calls() -> tuple[Call, ...]:
    return tuple(
        Call(name, EXCHANGE_S, _session, request, _close_session, early=True, late=True)
        for name, request in _REQUESTS.items()
    )


def _raise(error: Exception) -> None:
    raise error


def _session(contact: Contact) -> DeployerSession:
    return DeployerSession(_Hurried(HttpClient()), Deployer(f"http://{contact.address}:{contact.port}"))


def _close_session(session: DeployerSession) -> None:
    assert isinstance(session.http, _Hurried)
    session.http.client.close()
