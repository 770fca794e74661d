"""NETCONF sessions to switches: pooled, deadlines on every call, and every reply is either an answer or an error."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from reconciler.failpoint import reach
from reconciler.model.errors import Refused, Rejected, Unreachable, Unreadable
from reconciler.transport.contact import Contact, Contacts
from reconciler.transport.errors import HeldLock, Untrusted
from reconciler.transport.retry import retrying
from reconciler.transport.strict_xml import parse

if TYPE_CHECKING:
    from lxml.etree import _Element
    from ncclient.manager import Manager

CONNECT_S = 10.0
RPC_S = 30.0
_HELD = frozenset({"lock-denied", "in-use", "resource-denied"})
"""What servers answer when somebody else has the datastore (a candidate he left dirty is `resource-denied` on some)."""


class NetconfSession:
    """One session.  After an error that is not an answer it is ``broken``: nothing more is asked of it."""

    def __init__(self, host: str, manager: Manager, *, rpc_s: float = RPC_S) -> None:
        self._host, self._manager = host, manager
        manager.timeout = rpc_s
        self.broken = False

    @property
    def alive(self) -> bool:
        return not self.broken and bool(self._manager.connected)

    @property
    def id(self) -> str:
        """The server's number of it."""
        return str(self._manager.session_id)

    def supports(self, capability: str) -> bool:
        """Whether the server said so in its hello; ``:startup``, ``:confirmed-commit``."""
        return capability in self._manager.server_capabilities

    def get_config(self, source: str, subtree: _Element) -> _Element:
        """Fetch what the filter selects of a datastore, as the ``<data>`` element."""
        reply = self._call("get-config", lambda m: m.get_config(source, filter=("subtree", subtree)))
        data: _Element | None = reply.data_ele
        if data is None:
            raise self._break(Unreadable(f"{self._host}: get-config was answered without data"))
        return data

    def lock(self, target: str) -> None:
        """Raises HeldLock, with the holder's session-id, when somebody else has it."""
        try:
            self._change("lock", lambda m: m.lock(target))
        except RpcRejected as error:
            if error.tag in _HELD or (error.tag == "operation-failed" and error.holder):
                holder = f"session {error.holder}" if error.holder else "another session"
                message = f"{self._host}: {holder} holds {target}; it is tried again later ({error})"
                raise HeldLock(message, error.holder or "") from None
            raise

    def unlock(self, target: str) -> None:
        self._change("unlock", lambda m: m.unlock(target))

    def discard(self) -> None:
        self._change("discard-changes", lambda m: m.discard_changes())

    def edit(self, config: _Element) -> None:
        """Edit the candidate, all or nothing where the server can; no test-option: some servers then lose it."""
        option = "rollback-on-error" if self.supports(":rollback-on-error") else None
        self._change("edit-config", lambda m: m.edit_config(config, target="candidate", error_option=option))

    def commit(self, *, confirm_s: int | None = None) -> None:
        """Commit; with ``confirm_s`` the server takes it back after so many seconds unless committed again."""
        if confirm_s is None:
            self._change("commit", lambda m: m.commit())
        else:
            self._change("commit", lambda m: m.commit(confirmed=True, timeout=str(confirm_s)))

    def cancel_commit(self) -> None:
        self._change("cancel-commit", lambda m: m.cancel_commit())

    def copy(self, source: str, target: str) -> None:
        self._change("copy-config", lambda m: m.copy_config(source, target))

    def kill(self, session_id: str) -> None:
        """End another session, and with it its locks.  For sessions of our own that we no longer reach."""
        self._change("kill-session", lambda m: m.kill_session(session_id))

    def close(self) -> None:
        """End it on our side.  A lock or an unconfirmed commit of ours ends when the server notices."""
        self.broken = True
        try:
            self._manager._session.close()
        except Exception as error:  # ncclient's thread may be half dead; we wanted it gone
            del error

    def _change(self, operation: str, call: Callable[[Manager], Any]) -> None:
        from ncclient.xml_ import qualify

        reply = self._call(operation, call)
        if reply._root.find(qualify("ok")) is None:  # ncclient takes an empty reply for success
            raise self._break(Unreadable(f"{self._host}: {operation} was answered neither with ok nor with an error"))

    def _call(self, operation: str, call: Callable[[Manager], Any]) -> Any:
        from lxml.etree import LxmlError
        from ncclient import NCClientError
        from ncclient.operations import MissingCapabilityError, OperationError, RPCError, TimeoutExpiredError
        from ncclient.transport import TransportError

        try:
            with self._manager._session.limited(self._manager.timeout):  # a switch that does not read holds us up, too
                reply = call(self._manager)
                reach("netconf.heard")
                return reply
        except RPCError as error:
            raise RpcRejected(self._host, operation, error) from None
        except MissingCapabilityError as error:
            raise Refused(f"{self._host}: {operation} is not possible: {error}") from None
        except (Unreadable, LxmlError) as error:
            raise self._break(Unreadable(f"{self._host}: {operation}: {error}")) from None
        except TimeoutExpiredError:
            limit = f"{self._manager.timeout:g} s"
            raise self._break(Unreachable(f"{self._host}: no answer to {operation} within {limit}")) from None
        except (TransportError, OSError, EOFError) as error:
            reason = str(error) or "the connection was closed"
            raise self._break(Unreachable(f"{self._host}: lost during {operation}: {reason}")) from None
        except (OperationError, NCClientError) as error:
            raise self._break(Unreadable(f"{self._host}: {operation}: {error}")) from None

    def _break(self, error: Exception) -> Exception:
        """A late answer must never be read as the next one's: the session ends with the error."""
        self.close()
        return error


class RpcRejected(Rejected):
    """The server answered with errors; ``tag`` is the first one's, ``holder`` the session-id that it names."""

    def __init__(self, host: str, operation: str, error: Any) -> None:
        errors = getattr(error, "errors", None) or [error]  # with several, ncclient's own has no tag
        texts = [" ".join(" ".join(filter(None, (e.tag, e.message, e.path))).split())[:300] for e in errors[:10]]
        super().__init__(f"{host}: {operation} was refused: {'; '.join(texts)}")
        self.tag: str = errors[0].tag or ""
        self.holder: str | None = _holder(errors[0].info)


def _holder(info: str | None) -> str | None:
    if not info:
        return None
    found = parse(info).find(".//{*}session-id")
    return None if found is None or found.text in (None, "0") else found.text


class NetconfPool:
    """One session per switch, by endpoint host (``sw-1.lille``), opened when first asked for.

    Raises:
        Untrusted: the switch has no pinned host key, or shows another, or refuses ours.
        Unreachable: it does not answer.
    """

    def __init__(
        self,
        contacts: Contacts,
        *,
        connect_s: float = CONNECT_S,
        rpc_s: float = RPC_S,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._contacts, self._connect_s, self._rpc_s = contacts, connect_s, rpc_s
        self._clock, self._pause = clock, pause
        self._sessions: dict[str, NetconfSession] = {}
        self._doubtful: dict[str, set[str]] = {}
        self._lock = threading.Lock()

    def session(self, host: str) -> NetconfSession:
        """The open session, or a new one when there is none or it has ended."""
        with self._lock:
            session = self._sessions.get(host)
        if session is not None and session.alive:
            return session
        session = self._open(host)
        with self._lock:
            self._sessions[host] = session
        return session

    def drop(self, host: str, *, doubtful: bool) -> None:
        """End the session; ``doubtful`` when a change sent on it may still take effect, or be taken back."""
        with self._lock:
            session = self._sessions.pop(host, None)
            if doubtful:
                self._doubtful.setdefault(host, set()).update([session.id] if session is not None else [])
        if session is not None:
            session.close()

    def doubtful(self, host: str) -> bool:
        return host in self._doubtful

    def settle(self, host: str) -> None:
        """A lock was had since: no earlier call of ours can still land."""
        self._doubtful.pop(host, None)

    def given_up(self, host: str) -> frozenset[str]:
        """The ids of our own sessions that were dropped while doubtful, and that the switch may still believe in."""
        return frozenset(self._doubtful.get(host, ()))

    def close(self) -> None:
        with self._lock:
            sessions, self._sessions = list(self._sessions.values()), {}
        for session in sessions:
            session.close()

    def _open(self, host: str) -> NetconfSession:
        contact = self._contacts.get(host)
        if contact is None or not contact.host_key:
            raise Untrusted(f"{host}: no pinned host key; set hostKey of the switch in the Site document")
        once_more = retrying(  # a switch that restarts its server refuses for a moment; a silent one costs time
            Unreachable,
            deadline=self._clock() + self._connect_s / 4,
            every_s=0.1,
            clock=self._clock,
            pause=self._pause,
            tries=2,
        )
        return once_more(self._connect, host, contact)

    def _connect(self, host: str, contact: Contact) -> NetconfSession:
        from ncclient.manager import Manager

        from reconciler.transport.netconf_ssh import PinnedSession

        session = PinnedSession(contact)
        try:
            session.open(deadline_s=self._connect_s)
        except BaseException:
            session.close()
            raise
        return NetconfSession(host, Manager(session, session._device_handler), rpc_s=self._rpc_s)
