"""What was ever connected: the largest groups of machines seen in one broadcast domain since the lab started."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Seen:
    """``sequence`` counts the groups kept and dropped; ``seconds`` since the lab started or was reset."""

    sequence: int
    seconds: float
    members: frozenset[str]


@dataclass(slots=True)
class IsolationLog:
    """Groups that ever were, without those that another group contains: no pair that met is lost by that."""

    _groups: list[Seen] = field(default_factory=list)
    _sequence: int = 0

    def record(self, groups: Iterable[Iterable[str]], seconds: float) -> None:
        for group in groups:
            members = frozenset(group)
            if len(members) > 1 and not any(members <= seen.members for seen in self._groups):
                self._sequence += 1
                self._groups = [seen for seen in self._groups if not seen.members < members]
                self._groups.append(Seen(self._sequence, round(seconds, 3), members))

    @property
    def groups(self) -> tuple[Seen, ...]:
        return tuple(self._groups)
