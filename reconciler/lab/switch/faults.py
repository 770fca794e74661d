"""Ways in which a switch misbehaves, asked for from outside."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class FaultKind(StrEnum):
    SILENT = "silent"
    """Accepts everything, neither does nor answers anything."""
    SLOW = "slow"
    """Waits ``delay_s`` before each answer."""
    REFUSE = "refuse"
    """Says operation-failed and does nothing."""
    DROP_REPLY = "drop-reply"
    """Does it, then cuts the connection instead of answering."""
    LATE_COMMIT = "late-commit"
    """Does it after ``delay_s``, whether or not anyone still listens, and does not answer."""
    IGNORE_LEAF = "ignore-leaf"
    """Drops the VLANs of an edit and says ok."""
    GARBAGE = "garbage"
    """Answers something that is not XML, and does nothing."""
    FLOOD = "flood"
    """Answers without end, and does nothing."""
    REBOOT = "reboot"
    """At once: sessions cut, startup becomes running; no connections for ``delay_s``."""
    OFFLINE = "offline"
    """At once: sessions cut, connections closed as they come; for ``delay_s``, or for good if that is 0."""


_WRITES = frozenset({"edit-config", "commit"})
_APPLIES_TO: dict[FaultKind, frozenset[str]] = {
    FaultKind.REFUSE: _WRITES,
    FaultKind.DROP_REPLY: _WRITES,
    FaultKind.LATE_COMMIT: frozenset({"commit"}),
    FaultKind.IGNORE_LEAF: frozenset({"edit-config"}),
    FaultKind.GARBAGE: frozenset(),
    FaultKind.FLOOD: frozenset(),
}
"""The operations a fault strikes unless it names one; empty: all but hello; not listed: all and hello."""


@dataclass(frozen=True, slots=True)
class Fault:
    """``count``: how many times it strikes, None until repaired.  ``rpc``: strike only this operation."""

    kind: FaultKind
    count: int | None = None
    delay_s: float = 0.0
    rpc: str | None = None

    def strikes(self, rpc: str) -> bool:
        if self.rpc is not None:
            return rpc == self.rpc
        struck = _APPLIES_TO.get(self.kind)
        if struck is None:
            return True
        return rpc in struck if struck else rpc != "hello"


class FaultQueue:
    """First come, first struck; at most one fault strikes an operation."""

    def __init__(self, faults: tuple[Fault, ...] = ()) -> None:
        self._faults = list(faults)

    @property
    def waiting(self) -> tuple[Fault, ...]:
        return tuple(self._faults)

    def add(self, fault: Fault) -> None:
        if fault.count is not None and fault.count < 1:
            raise ValueError(f"a fault strikes at least once, not {fault.count} times")
        if not 0 <= fault.delay_s <= 86400:
            raise ValueError(f"a delay is 0 to 86400 seconds, not {fault.delay_s}")
        self._faults.append(fault)

    def clear(self) -> None:
        self._faults.clear()

    def take(self, rpc: str) -> Fault | None:
        """The fault that strikes this operation now, if any; one that counts is used up by it."""
        for place, fault in enumerate(self._faults):
            if not fault.strikes(rpc):
                continue
            if fault.count == 1:
                del self._faults[place]
            elif fault.count is not None:
                self._faults[place] = replace(fault, count=fault.count - 1)
            return fault
        return None
