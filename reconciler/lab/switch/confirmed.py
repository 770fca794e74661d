"""Commit and confirmed commit (RFC 6241 sections 8.3 and 8.4) over the datastores.  No clock: who calls keeps time."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from reconciler.lab.switch.constraints import require_valid
from reconciler.lab.switch.rpc_error import refusal
from reconciler.lab.switch.stores import NOBODY, Datastores, Store
from reconciler.lab.switch.tree import Branch


class ConfirmEvent(StrEnum):
    START = "start"
    EXTEND = "extend"
    COMPLETE = "complete"
    CANCEL = "cancel"
    TIMEOUT = "timeout"


@dataclass(frozen=True, slots=True)
class Confirm:
    """Asks for a commit that is undone unless confirmed; ``persist`` lets it outlive its session."""

    timeout_s: int = 600
    persist: str | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """A commit that waits to be confirmed; ``before`` comes back if it is not."""

    before: Branch
    session_id: int
    confirm: Confirm


@dataclass(frozen=True, slots=True)
class Committed:
    """``changed``: running is not what it was."""

    changed: bool
    event: ConfirmEvent | None = None


class Commits:
    def __init__(self, stores: Datastores) -> None:
        self._stores = stores
        self.pending: Pending | None = None

    def commit(self, session_id: int, confirm: Confirm | None = None, persist_id: str | None = None) -> Committed:
        """Make the candidate running.  Without ``confirm`` this also confirms a pending commit.

        Raises:
            RpcFailure: in-use, a wrong persist-id, or a candidate that may not run; nothing was changed.
        """
        self._require_turn(session_id, persist_id)
        self._stores.require_writable(Store.RUNNING, session_id)
        self._stores.require_writable(Store.CANDIDATE, session_id)
        after = self._stores.candidate
        require_valid(after)
        was_pending, before = self.pending, self._stores.running
        self._stores.running = after
        self._stores.discard_candidate()
        self.pending = None
        if confirm is not None:
            kept = was_pending.before if was_pending else before
            self.pending = Pending(kept, session_id, confirm)
        return Committed(after != before, _event(was_pending, confirm))

    def cancel(self, session_id: int, persist_id: str | None) -> Committed:
        """Undo the pending commit."""
        if self.pending is None:
            raise refusal("operation-failed", "no confirmed commit is pending", "protocol")
        self._require_turn(session_id, persist_id)
        self._stores.require_writable(Store.RUNNING, session_id)
        return self.undo(ConfirmEvent.CANCEL)

    def session_ended(self, session_id: int) -> Committed | None:
        """Undo what ends with the session: its pending commit, unless that persists."""
        pending = self.pending
        if pending is None or pending.session_id != session_id:
            return None
        if pending.confirm.persist is not None:
            self.pending = Pending(pending.before, NOBODY, pending.confirm)
            return None
        return self.undo(ConfirmEvent.CANCEL)

    def undo(self, event: ConfirmEvent) -> Committed:
        """Bring back what ran before the pending commit.  A candidate that was edited since stays as it is."""
        if self.pending is None:
            return Committed(changed=False)
        changed = self._stores.running != self.pending.before
        self._stores.running = self.pending.before
        self.pending = None
        return Committed(changed, event)

    def require_none_from_others(self, session_id: int) -> None:
        """Refuse the lock of running while another session's commit waits to be confirmed (RFC 6241 7.5)."""
        if self.pending is not None and self.pending.session_id != session_id:
            message = "another session's confirmed commit is pending"
            raise refusal("lock-denied", message, "protocol", session_id=str(self.pending.session_id))

    def _require_turn(self, session_id: int, persist_id: str | None) -> None:
        pending = self.pending
        token = pending.confirm.persist if pending else None
        if persist_id is not None and persist_id != token:
            message = "persist-id fits no pending confirmed commit"
            raise refusal("invalid-value", message, "protocol", bad_element="persist-id")
        if pending is None or persist_id is not None:
            return
        if token is not None:
            raise refusal("in-use", "a persistent confirmed commit is pending; give its persist-id", "protocol")
        if pending.session_id != session_id:
            raise refusal("in-use", f"a confirmed commit of session {pending.session_id} is pending", "protocol")


def _event(was_pending: Pending | None, confirm: Confirm | None) -> ConfirmEvent | None:
    if confirm is None:
        return ConfirmEvent.COMPLETE if was_pending else None
    return ConfirmEvent.EXTEND if was_pending else ConfirmEvent.START
