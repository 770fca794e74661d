"""One watcher's part of the work that all watchers on one database share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from reconciler.store.work_queue import Looked, Wanted, WorkQueue


@dataclass(frozen=True, slots=True)
class Turn:
    """``claimed``: what this watcher has to look at now; ``over``: what others took down at the end of its lifetime."""

    claimed: str | None
    changed: bool
    over: frozenset[str]


@dataclass(slots=True)
class WorkShare:
    """One watcher's part of the work of all watchers on one database.  ``run`` names it, and no other at any time."""

    queue: WorkQueue
    run: str
    interval: timedelta
    _texts: dict[str, str] = field(default_factory=dict)
    _fresh: set[str] = field(default_factory=set)
    _unsure: bool = False

    def accept(self, experiment: str, text: str) -> None:
        """Its documents are new, with this digest: it is due at once, unless another looks at the very same ones."""
        self._texts[experiment] = text
        self._fresh.add(experiment)

    def forget(self, experiment: str) -> None:
        self._texts.pop(experiment, None)
        self._fresh.discard(experiment)

    def take(self) -> Turn:
        """Put in the queue what is due, and take from it what this watcher has the documents of."""
        if self._unsure:  # it may have claimed something that it does not know of, and would keep as long as it lives
            self.queue.leave(self.run)
            self._unsure = False
        wanted = {name: Wanted(text, name in self._fresh) for name, text in self._texts.items()}
        offered = self.queue.offer(self.run, wanted, self.interval)
        self._fresh -= offered.seen
        for name in offered.over:
            self.forget(name)
        with self._sure():
            claimed = self.queue.claim(self.run, self._texts)
        changed = claimed in self._fresh
        self._fresh -= {claimed}
        return Turn(claimed, changed, offered.over)

    def complete(self, experiment: str, looked: Looked | None) -> None:
        """Without ``looked`` it could not be looked at; it is tried again when the interval is over.

        Raises:
            Locked: this watcher was silent for so long that another one has taken it.
        """
        if looked is not None and looked.over:
            self.forget(experiment)
        with self._sure():
            self.queue.complete(self.run, experiment, looked)

    @contextmanager
    def _sure(self) -> Iterator[None]:
        self._unsure = True
        yield
        self._unsure = False
