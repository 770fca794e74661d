"""The sessions that live on a switch now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree


@dataclass(frozen=True, slots=True)
class SwitchLink:
    """The far end of a session: who it is, how it is cut, and how it is told of events."""

    user: str
    cut: Callable[[], None]
    notify: Callable[[etree._Element], None]


class Roster:
    """Session-ids rise and are never given twice."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._last = 0
        self._links: dict[int, SwitchLink] = {}
        self._subscribed: set[int] = set()

    @property
    def ids(self) -> frozenset[int]:
        return frozenset(self._links)

    def join(self, link: SwitchLink) -> int | None:
        """The new session's id; None when the switch has all the sessions it can carry."""
        if len(self._links) >= self._limit:
            return None
        self._last += 1
        self._links[self._last] = link
        return self._last

    def leave(self, session_id: int) -> bool:
        """False if it had left before."""
        self._subscribed.discard(session_id)
        return self._links.pop(session_id, None) is not None

    def link(self, session_id: int) -> SwitchLink | None:
        return self._links.get(session_id)

    def subscribe(self, session_id: int) -> None:
        self._subscribed.add(session_id)

    def broadcast(self, event: etree._Element) -> None:
        for session_id in sorted(self._subscribed):
            self._links[session_id].notify(event)
