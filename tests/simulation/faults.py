"""Where something goes wrong: drawn at each point by chance, or as written down.  What was drawn can be replayed."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Protocol

from tests.simulation.call import Fault
from tests.simulation.plans import CALL_KINDS, PROCESS_KINDS, TIME_KINDS, History

_LENGTHS_S = (1.0, 20.0, 45.0, 70.0, 200.0)
EVERY_ORPHAN = "* orphan"
"""Written down once for all calls whose caller died."""
_DEFAULT_END = Fault("cut")


class Faults(Protocol):
    """Each point has a name that is used once in a history.  ``quiet``: nothing goes wrong any more."""

    quiet: bool

    def at_call(self, point: str) -> Fault | None: ...
    def at_boundary(self, point: str) -> Fault | None: ...
    def of_orphan(self, point: str) -> Fault:
        """What becomes of a call whose caller died."""
        ...


class Drawn:
    """``drawn`` fills up with all that went wrong."""

    def __init__(self, history: History) -> None:
        self.quiet = False
        self.drawn: dict[str, Fault] = {}
        self._chance = Random(history.seed * 7919 + 1)
        self._rate = history.intensity
        self._call_kinds = [kind for kind in CALL_KINDS if kind in history.kinds]
        self._process_kinds = [kind for kind in (*PROCESS_KINDS, *TIME_KINDS) if kind in history.kinds]

    def at_call(self, point: str) -> Fault | None:
        if self.quiet or not self._call_kinds or self._chance.random() >= self._rate:
            return None
        kind = self._call_kinds[int(self._chance.random() * len(self._call_kinds))]
        return self._note(point, Fault(kind, int(self._chance.random() * 10), self._length()))

    def at_boundary(self, point: str) -> Fault | None:
        if self.quiet or not self._process_kinds or self._chance.random() >= self._rate / 6:
            return None
        kind = self._process_kinds[int(self._chance.random() * len(self._process_kinds))]
        return self._note(point, Fault(kind, 0, self._length()))

    def of_orphan(self, point: str) -> Fault:
        if self.quiet:
            return _DEFAULT_END
        kind = ("cut", "late", "linger")[int(self._chance.random() * 3)]
        return self._note(point, Fault(kind, 0, self._length()))

    def _length(self) -> float:
        return _LENGTHS_S[int(self._chance.random() * len(_LENGTHS_S))]

    def _note(self, point: str, fault: Fault) -> Fault:
        self.drawn[point] = fault
        return fault


class Written:
    """Exactly what is written down, whatever becomes of the rest."""

    def __init__(self, faults: Mapping[str, Fault]) -> None:
        self.quiet = False
        self.drawn = dict(faults)

    def at_call(self, point: str) -> Fault | None:
        return self.drawn.get(point)

    def at_boundary(self, point: str) -> Fault | None:
        return self.drawn.get(point)

    def of_orphan(self, point: str) -> Fault:
        return self.drawn.get(point) or self.drawn.get(EVERY_ORPHAN, _DEFAULT_END)
