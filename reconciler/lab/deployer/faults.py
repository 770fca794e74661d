"""Misbehaviour of the server on request."""

from __future__ import annotations

from dataclasses import dataclass

LASTING = frozenset(("offline", "slow", "error-500", "garbage", "fail-node"))
AT_ONCE = frozenset(("forget-workflows",))


@dataclass(slots=True)
class _Fault:
    count: int | None
    delay_s: float


class Faults:
    """Lasting faults by kind; `fail-node` by node and step too."""

    def __init__(self) -> None:
        self._faults: dict[tuple[str, ...], _Fault] = {}

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(sorted(" ".join(filter(None, key)) for key in self._faults))

    def set(self, *key: str, count: int | None, delay_s: float) -> None:
        self._faults[key] = _Fault(count, delay_s)

    def clear(self) -> None:
        self._faults.clear()

    def take(self, *key: str) -> bool:
        """Whether it happens this time; a fault with a count is used up by it."""
        fault = self._faults.get(key)
        if fault is None:
            return False
        if fault.count is not None:
            fault.count -= 1
            if fault.count <= 0:
                del self._faults[key]
        return True

    def delay(self, *key: str) -> float:
        """Seconds that this one takes, used up like any other; 0 when it is not set."""
        fault = self._faults.get(key)
        return fault.delay_s if fault is not None and self.take(*key) else 0.0
