"""What a transaction asks of a session with a switch, whatever it is spoken over."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol, TypeVar

from reconciler.model.plan import Command

Q = TypeVar("Q", contravariant=True)
R = TypeVar("R", covariant=True)
E = TypeVar("E", bound=Command, contravariant=True)


class Store(StrEnum):
    CANDIDATE = "candidate"
    RUNNING = "running"


class Session(Protocol[Q, R, E]):
    """Every method raises a ReconcilerError: Rejected and Locked are answers, after anything else it is not alive.

    ``id`` is the switch's number of it.
    """

    @property
    def alive(self) -> bool: ...
    @property
    def id(self) -> str: ...
    @property
    def locks(self) -> tuple[str, ...]:
        """What has to be locked, in this order, before anything is changed."""
        ...

    def lacks(self) -> tuple[str, ...]:
        """What this switch does not offer, and an edit that can be taken back needs."""
        ...

    def lock(self, target: str) -> None:
        """Raises HeldLock, with the id of the session that has it, where the switch tells."""
        ...

    def unlock(self, target: str) -> None:
        """Does nothing when this session does not hold it."""
        ...

    def kill(self, session_id: str) -> None: ...
    def read(self, store: Store, query: Q) -> R: ...
    def discard(self) -> None:
        """Take back what was edited and not committed; nothing where there is no candidate."""
        ...

    def edit(self, edit: E) -> None: ...
    def commit_on_trial(self, seconds: int) -> None:
        """What was edited takes effect, and is taken back after so many seconds unless confirmed.

        Without a candidate it comes before the edit: what is edited from now on is on trial.
        """
        ...

    def take_back(self) -> None:
        """End the trial with running as it was before."""
        ...

    def save(self) -> None:
        """Make running what the switch starts up with; nothing where it is so anyhow."""
        ...

    def confirm(self) -> None: ...
    def close(self) -> None: ...


class Sessions(Protocol[Q, R, E]):
    """One session per switch; ``doubtful`` after one was dropped on which a change may still land, or be undone.

    ``given_up`` are the ids of those that were dropped so, until it is settled: they are ours, and nobody else's.
    """

    def session(self, host: str) -> Session[Q, R, E]: ...
    def drop(self, host: str, *, doubtful: bool) -> None: ...
    def doubtful(self, host: str) -> bool: ...
    def settle(self, host: str) -> None: ...
    def given_up(self, host: str) -> frozenset[str]: ...
