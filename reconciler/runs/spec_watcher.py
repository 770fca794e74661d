"""What is to be reconciled as files change; an invalid or lost file keeps its last good generation.  Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

Texts: TypeAlias = Mapping[str, str]
"""Documents by the names of their files."""


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


WorkItem: TypeAlias = Reconcile | KeptGeneration


@dataclass(slots=True)
class SpecWatcher:
    """Remembers the last good generation of every experiment.  Pure: texts in, work items out; it never destroys.

    ``accept`` checks texts and raises ValueError, with what to tell, when they are not good.
    """

    accept: Callable[[Texts], Accepted]
    _good: dict[str, Texts] = field(default_factory=dict)
    _seen: Texts | None = None
    _said: str = ""

    def look(self, texts: Texts | None, *, due: bool) -> Iterator[WorkItem]:
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

    def work_item(self, experiment: str, *, changed: bool) -> Reconcile:
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
