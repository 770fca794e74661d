"""Keep it so: passes when a file changes and at an interval; an invalid or lost file keeps its last good generation."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Protocol, TypeAlias

from reconciler.store.work_queue import Looked, Wanted, WorkQueue

Texts: TypeAlias = Mapping[str, str]


class Reader(Protocol):
    def __call__(self) -> Texts:
        """The documents' texts as they are now.

        Raises:
            OSError, ReconcilerError: they cannot be read.
        """
        ...


@dataclass(frozen=True, slots=True)
class Accepted:
    """A valid generation: the experiments in it, by name."""

    texts: Texts
    experiments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reconcile:
    """Bring this experiment to what these documents say; ``changed`` says that they are new."""

    experiment: str
    texts: Texts
    changed: bool


@dataclass(frozen=True, slots=True)
class KeptGeneration:
    """Something is wrong with the files; these experiments go on as they were last accepted."""

    reason: str
    experiments: tuple[str, ...]


Wish: TypeAlias = Reconcile | KeptGeneration


@dataclass(slots=True)
class SpecWatcher:
    """Remembers the last good generation of every experiment.  Pure: texts in, wishes out; it never destroys.

    ``accept`` checks texts and raises ValueError, with what to tell, when they are not good.
    """

    accept: Callable[[Texts], Accepted]
    _good: dict[str, Texts] = field(default_factory=dict)
    _seen: Texts | None = None
    _said: str = ""

    def look(self, texts: Texts | None, *, due: bool) -> Iterator[Wish]:
        """What to do now.

        Args:
            texts: what the files say; None when they cannot be read.
            due: the interval is over, so everything is looked at again even when no file changed.
        """
        fresh: set[str] = set()
        if texts is None:
            yield from self._keep("the files cannot be read")
        elif texts != self._seen:
            self._seen = dict(texts)
            try:
                accepted = self.accept(texts)
            except ValueError as error:
                yield from self._keep(f"the files are not valid: {error}")
            else:
                fresh = {name for name in accepted.experiments if self._good.get(name) != accepted.texts}
                self._good.update(dict.fromkeys(accepted.experiments, accepted.texts))
                gone = tuple(sorted(self._good.keys() - set(accepted.experiments)))
                self._said = ""
                if gone:
                    yield from self._keep("no longer in the files; `reconciler destroy` takes it down", gone)
        for name, good in sorted(self._good.items()):
            if due or name in fresh:
                yield Reconcile(name, good, name in fresh)

    def wish(self, experiment: str, *, changed: bool) -> Reconcile:
        """For its last good generation."""
        return Reconcile(experiment, self._good[experiment], changed)

    def forget(self, experiment: str) -> None:
        """It was taken down (its lifetime ended): no longer kept until its document changes."""
        self._good.pop(experiment, None)

    def _keep(self, reason: str, names: tuple[str, ...] | None = None) -> Iterator[KeptGeneration]:
        """Said once, not at every look."""
        if reason != self._said:
            self._said = reason
            yield KeptGeneration(reason, tuple(sorted(self._good)) if names is None else names)


@dataclass(frozen=True, slots=True)
class Turn:
    """``claimed``: what this watcher has to look at now; ``over``: what others took down at the end of its lifetime."""

    claimed: str | None
    changed: bool
    over: frozenset[str]


@dataclass(slots=True)
class Share:
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
        if (
            self._unsure
        ):  # what it has by the state database and knows nothing of would stay claimed as long as it lives
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


BEAT_S = 20.0
"""Well below the silence after which others take what this watcher has claimed."""
_LISTEN_S = 1.0


def hints(find: Callable[[], Share | None], stop: Event) -> Iterator[None]:
    """Yield when another watcher says that there is work; meanwhile say that this one lives, once there is a share."""
    beaten = -BEAT_S
    while not stop.is_set():
        share = find()
        if share is None:
            stop.wait(_LISTEN_S)
            continue
        if share.queue.wait(_LISTEN_S):
            yield
        if time.monotonic() - beaten >= BEAT_S:
            try:
                share.queue.beat(share.run)
            except Exception:  # noqa: S112 - whatever hinders a beat is silence to others, and the next try ends it
                continue
            beaten = time.monotonic()


def changes(paths: list[str], stop: Event) -> Iterator[None]:
    """Yield whenever a watched file may have changed."""
    from watchfiles import watch

    folders = sorted({str(Path(p) if Path(p).is_dir() else Path(p).absolute().parent) for p in paths})
    for _ in watch(*folders, stop_event=stop, raise_interrupt=False, debounce=400, step=100):
        yield


def wakes(sources: list[Iterator[None]], stop: Event, tick_s: float) -> Generator[None, None, None]:
    """Yield now, whenever a source does, and when nothing did for ``tick_s``; until ``stop``, which is set at the end.

    The sources run in threads of their own; what one of them raises is raised here.
    """
    rung: SimpleQueue[Exception | None] = SimpleQueue()
    threads = [Thread(target=_ring, args=(source, rung), daemon=True) for source in sources]
    for thread in threads:
        thread.start()
    try:
        yield
        while not stop.is_set():
            _await_ring(rung, tick_s)
            if not stop.is_set():
                yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _ring(source: Iterator[None], rung: SimpleQueue[Exception | None]) -> None:
    try:
        for _ in source:
            rung.put(None)
    except Exception as error:
        rung.put(error)
    finally:
        rung.put(None)  # a source ends with the watch


def _await_ring(rung: SimpleQueue[Exception | None], seconds: float) -> None:
    """Once for all that rang since."""
    try:
        called = [rung.get(timeout=max(seconds, 0.1))]
    except Empty:
        return
    while not rung.empty():
        called.append(rung.get())
    for error in called:
        if error is not None:
            raise error
