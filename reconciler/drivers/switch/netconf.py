"""Sessions over NETCONF: candidate and running locked, commits confirmed; its pool is of ``reconciler.transport``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from lxml import etree

from reconciler.drivers.switch.locking import unlock
from reconciler.drivers.switch.session import Store

_NEEDED = (":candidate", ":confirmed-commit")


@dataclass(frozen=True, slots=True)
class NetconfEdit:
    """The ``<config>`` of one edit-config, as text: what is shown is what is sent."""

    text: str

    def __str__(self) -> str:
        return self.text

    def element(self) -> etree._Element:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_blank_text=True)
        return etree.fromstring(self.text.encode(), parser)


class Rpcs(Protocol):
    """The operations of one session, as the protocol has them."""

    @property
    def alive(self) -> bool: ...
    @property
    def id(self) -> str: ...
    def supports(self, capability: str) -> bool: ...
    def get_config(self, source: str, subtree: etree._Element) -> etree._Element: ...
    def lock(self, target: str) -> None: ...
    def unlock(self, target: str) -> None: ...
    def discard(self) -> None: ...
    def edit(self, config: etree._Element) -> None: ...
    def commit(self, *, confirm_s: int | None = None) -> None: ...
    def cancel_commit(self) -> None: ...
    def copy(self, source: str, target: str) -> None: ...
    def kill(self, session_id: str) -> None: ...
    def close(self) -> None: ...


class Pool(Protocol):
    """As ``Sessions``."""

    def session(self, host: str) -> Rpcs: ...
    def drop(self, host: str, *, doubtful: bool) -> None: ...
    def doubtful(self, host: str) -> bool: ...
    def settle(self, host: str) -> None: ...
    def given_up(self, host: str) -> frozenset[str]: ...


@dataclass(frozen=True, slots=True)
class NetconfSessions:
    """The sessions of a pool, for the dialects that are configured over NETCONF."""

    pool: Pool

    def session(self, host: str) -> NetconfSession:
        return NetconfSession(self.pool.session(host))

    def drop(self, host: str, *, doubtful: bool) -> None:
        self.pool.drop(host, doubtful=doubtful)

    def doubtful(self, host: str) -> bool:
        return self.pool.doubtful(host)

    def settle(self, host: str) -> None:
        self.pool.settle(host)

    def given_up(self, host: str) -> frozenset[str]:
        return self.pool.given_up(host)


@dataclass(frozen=True, slots=True)
class NetconfSession:
    """One use of a session: it knows which locks it took."""

    rpcs: Rpcs
    _held: set[str] = field(default_factory=set)

    @property
    def alive(self) -> bool:
        return self.rpcs.alive

    @property
    def id(self) -> str:
        return self.rpcs.id

    @property
    def locks(self) -> tuple[str, ...]:
        return (Store.CANDIDATE.value, Store.RUNNING.value)

    def lacks(self) -> tuple[str, ...]:
        return tuple(capability for capability in _NEEDED if not self.rpcs.supports(capability))

    def lock(self, target: str) -> None:
        self.rpcs.lock(target)
        self._held.add(target)

    def unlock(self, target: str) -> None:
        if target in self._held:
            self._held.remove(target)
            self.rpcs.unlock(target)

    def kill(self, session_id: str) -> None:
        self.rpcs.kill(session_id)

    def read(self, store: Store, query: etree._Element) -> etree._Element:
        return self.rpcs.get_config(store.value, query)

    def discard(self) -> None:
        self.rpcs.discard()

    def edit(self, edit: NetconfEdit) -> None:
        self.rpcs.edit(edit.element())

    def commit_on_trial(self, seconds: int) -> None:
        self.rpcs.commit(confirm_s=seconds)

    def take_back(self) -> None:
        """Running is unlocked first: some servers (netconfd 2.13) cannot restore it under a lock, even its holder's,
        and answer OK all the same.  While a commit is on trial nobody else can lock running, so nobody comes between.
        """
        unlock(self, Store.RUNNING.value)
        self.rpcs.cancel_commit()

    def save(self) -> None:
        if self.rpcs.supports(":startup"):
            self.rpcs.copy(Store.RUNNING.value, "startup")

    def confirm(self) -> None:
        self.rpcs.commit()

    def close(self) -> None:
        self.rpcs.close()
