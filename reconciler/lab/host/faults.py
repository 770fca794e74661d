"""Misbehaviour of a host on request: what is broken now, and for how often."""

from __future__ import annotations

from dataclasses import dataclass

LASTING = frozenset(
    ("offline", "silent", "slow", "drop-reply", "garbage", "truncate", "partial-list", "create-fails", "disk-full")
)
"""Stay until mended, or as often as their count says."""
AT_ONCE = frozenset(("crash-domain", "kill-domain", "zombie", "swap-image", "reboot", "neighbour"))
"""Happen once, now."""


@dataclass(slots=True)
class _Fault:
    count: int | None
    delay_s: float


class Faults:
    """The lasting faults of one host by kind."""

    def __init__(self) -> None:
        self._faults: dict[str, _Fault] = {}

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(sorted(self._faults))

    def set(self, kind: str, count: int | None, delay_s: float) -> None:
        self._faults[kind] = _Fault(count, delay_s)

    def clear(self) -> None:
        self._faults.clear()

    def has(self, kind: str) -> bool:
        return kind in self._faults

    def take(self, kind: str) -> bool:
        """Whether it happens this time; a fault with a count is used up by it."""
        fault = self._faults.get(kind)
        if fault is None:
            return False
        if fault.count is not None:
            fault.count -= 1
            if fault.count <= 0:
                del self._faults[kind]
        return True

    def delay(self, kind: str) -> float:
        """Seconds that this one takes, used up like any other; 0 when it is not set."""
        fault = self._faults.get(kind)
        return fault.delay_s if fault is not None and self.take(kind) else 0.0

    def dump(self) -> dict[str, list[float | None]]:
        return {kind: [fault.count, fault.delay_s] for kind, fault in sorted(self._faults.items())}
