"""Keep it so: passes when a file changes and at an interval; an invalid or lost file keeps its last good generation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Protocol, TypeAlias

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
class Kept:
    """Something is wrong with the files; these experiments go on as they were last accepted."""

    reason: str
    experiments: tuple[str, ...]


Wish: TypeAlias = Reconcile | Kept


@dataclass(slots=True)
class Keeper:
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

    def forget(self, experiment: str) -> None:
        """It was taken down (its lifetime ended): no longer kept until its document changes."""
        self._good.pop(experiment, None)

    def _keep(self, reason: str, names: tuple[str, ...] | None = None) -> Iterator[Kept]:
        """Said once, not at every look."""
        if reason != self._said:
            self._said = reason
            yield Kept(reason, tuple(sorted(self._good)) if names is None else names)


def wakes(paths: list[str], stop: Event, interval_s: float) -> Iterator[bool]:
    """Yield now, then whenever a watched file may have changed (False) and when the interval is over (True)."""
    from watchfiles import watch

    yield True
    folders = sorted({str(Path(p) if Path(p).is_dir() else Path(p).absolute().parent) for p in paths})
    changes = watch(
        *folders,
        stop_event=stop,
        rust_timeout=max(100, int(interval_s * 1000)),
        yield_on_timeout=True,
        raise_interrupt=False,
        debounce=400,
        step=100,
    )
    for found in changes:
        if stop.is_set():
            return
        yield not found
