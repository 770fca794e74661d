"""The three datastores of a switch and the locks on them (RFC 6241 sections 7.5 and 8.3)."""

from __future__ import annotations

from enum import StrEnum

from reconciler.lab.switch.rpc_error import refusal
from reconciler.lab.switch.tree import EMPTY, Branch

NOBODY = 0
"""The session-id that stands for something that is no NETCONF session."""


class Store(StrEnum):
    RUNNING = "running"
    CANDIDATE = "candidate"
    STARTUP = "startup"


class Datastores:
    """The candidate follows running until it is edited; it is shared by all sessions, as on the real thing."""

    def __init__(self, running: Branch = EMPTY, startup: Branch = EMPTY) -> None:
        self.running = running
        self.startup = startup
        self._candidate: Branch | None = None
        self._locks: dict[Store, int] = {}

    @property
    def candidate(self) -> Branch:
        return self.running if self._candidate is None else self._candidate

    @candidate.setter
    def candidate(self, tree: Branch) -> None:
        self._candidate = tree

    @property
    def candidate_modified(self) -> bool:
        return self._candidate is not None and self._candidate != self.running

    def discard_candidate(self) -> None:
        self._candidate = None

    def read(self, store: Store) -> Branch:
        if store is Store.CANDIDATE:
            return self.candidate
        return self.running if store is Store.RUNNING else self.startup

    def lock_holder(self, store: Store) -> int | None:
        return self._locks.get(store)

    def lock(self, store: Store, session_id: int) -> None:
        """Take the lock.

        Raises:
            RpcFailure: lock-denied, with the session-id that is in the way; 0 for changes nobody answers for.
        """
        holder = self._locks.get(store)
        if holder is not None:
            message = f"{store} is locked by session {holder}"
            raise refusal("lock-denied", message, "protocol", session_id=str(holder))
        if store is Store.CANDIDATE and self.candidate_modified:
            message = "candidate holds changes that are neither committed nor discarded"
            raise refusal("lock-denied", message, "protocol", session_id=str(NOBODY))
        self._locks[store] = session_id

    def unlock(self, store: Store, session_id: int) -> None:
        """Give the lock back; what the candidate still holds is discarded with it (RFC 6241 8.3.5.2)."""
        if self._locks.get(store) != session_id:
            raise refusal("operation-failed", f"session {session_id} does not hold the lock of {store}", "protocol")
        del self._locks[store]
        if store is Store.CANDIDATE:
            self.discard_candidate()

    def require_writable(self, store: Store, session_id: int) -> None:
        """Pass if no other session holds the lock.

        Raises:
            RpcFailure: in-use.
        """
        holder = self._locks.get(store)
        if holder not in (None, session_id):
            raise refusal("in-use", f"{store} is locked by session {holder}", "protocol")

    def release(self, session_id: int) -> None:
        """All that ends with a session."""
        for store in [store for store, holder in self._locks.items() if holder == session_id]:
            self.unlock(store, session_id)
