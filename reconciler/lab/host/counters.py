"""What a host was asked to do, counted by the host itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class HostCounters:
    """``mutating`` counts commands that change something on the host, whether or not they then succeed.

    Reading commands, dry runs and the opening of a lock file do not count.
    """

    sessions: int = 0
    execs: int = 0
    xl_by_verb: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    mutating: int = 0

    def with_verb(self, verb: str) -> HostCounters:
        verbs = dict(self.xl_by_verb)
        verbs[verb] = verbs.get(verb, 0) + 1
        return replace(self, xl_by_verb=MappingProxyType(verbs))
