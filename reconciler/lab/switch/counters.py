"""What a switch was asked and what it did, counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SwitchCounters:
    """``edits``: edit-configs that went through; ``commits``: those that changed running; ``confirms``: those that
    confirmed an earlier one; ``rollbacks``: confirmed commits undone.  ``by_rpc`` counts every request, by name."""

    sessions: int = 0
    rpcs: int = 0
    edits: int = 0
    commits: int = 0
    confirms: int = 0
    rollbacks: int = 0
    get_configs: int = 0
    by_rpc: tuple[tuple[str, int], ...] = ()


class PassResult:
    """Counts up; ``counters`` is what it stands at."""

    def __init__(self, counters: SwitchCounters | None = None) -> None:
        start = counters or SwitchCounters()
        self.sessions = start.sessions
        self.edits = start.edits
        self.commits = start.commits
        self.confirms = start.confirms
        self.rollbacks = start.rollbacks
        self._by_rpc = Counter(dict(start.by_rpc))

    def count_rpc(self, name: str) -> None:
        self._by_rpc[name] += 1

    @property
    def counters(self) -> SwitchCounters:
        return SwitchCounters(
            sessions=self.sessions,
            rpcs=self._by_rpc.total(),
            edits=self.edits,
            commits=self.commits,
            confirms=self.confirms,
            rollbacks=self.rollbacks,
            get_configs=self._by_rpc["get-config"],
            by_rpc=tuple(sorted(self._by_rpc.items())),
        )
