"""Keep experiments as files say: applied when a file changes, repaired at an interval, taken down at their end."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from datetime import timedelta
from threading import Event
from typing import TYPE_CHECKING, Protocol, TypeAlias

from reconciler.model.errors import ReconcilerError, SpecError
from reconciler.runs.context import Context
from reconciler.runs.ending import Ending, ending_of_error
from reconciler.runs.lifetime import lifetime_of
from reconciler.runs.lock import DEFAULTS
from reconciler.runs.passes import RunResult
from reconciler.runs.proposal import apply, expire
from reconciler.runs.report import RunReport
from reconciler.runs.spec_watcher import Accepted, KeptGeneration, Reconcile, SpecWatcher, Texts
from reconciler.runs.wakeups import changes, hints, wakes
from reconciler.runs.work_share import WorkShare
from reconciler.store.work_queue import Looked

if TYPE_CHECKING:
    from reconciler.spec.catalogue import Catalogue
    from reconciler.store.store import Store

TICK_S = 5.0
"""An experiment whose time has come is taken down so soon, and what another watcher left is taken up, whatever the
interval."""


class Workspace(Protocol):
    """What a watch is handed: the documents, and what runs on them need."""

    def read(self) -> Texts | None:
        """The documents' texts as they are now; None when they cannot be read."""
        ...

    def check(self, texts: Texts) -> Catalogue:
        """Raises SpecError, or ValueError with what to tell, when they are not valid."""
        ...

    def open(self, texts: Texts) -> AbstractContextManager[Context]:
        """For one run on documents that were valid.  A run that is asked to stop sets the watch's ``stop``, too.

        Raises:
            SpecError: they no longer are: something that they stand on has changed.
        """
        ...

    def open_store(self) -> Store: ...


@dataclass(frozen=True, slots=True)
class Reconciled:
    """``changed``: for new documents, and not only because it was due."""

    result: RunResult
    changed: bool


@dataclass(frozen=True, slots=True)
class NotReconciled:
    """``experiment`` is None when it was not known yet which one was due."""

    experiment: str | None
    error: ReconcilerError


@dataclass(frozen=True, slots=True)
class EndedElsewhere:
    """Another watcher took it down at the end of its lifetime."""

    experiment: str


@dataclass(frozen=True, slots=True)
class ClaimsKept:
    """The watch ended, and could not say so in the state database: others wait for its silence."""

    error: ReconcilerError


WatchReport: TypeAlias = KeptGeneration | Reconciled | NotReconciled | EndedElsewhere | ClaimsKept | RunReport


class Watch:
    """What one watch remembers.  ``ending`` is that of its last look; once ``stop`` is set it begins nothing more."""

    def __init__(
        self, workspace: Workspace, interval_s: float, report: Callable[[WatchReport], None], stop: Event
    ) -> None:
        self._workspace, self._report, self._stop = workspace, report, stop
        self._interval = timedelta(seconds=max(interval_s, 0.1))
        self._specs = SpecWatcher(self._accept)
        self._digests: Mapping[str, str] = {}
        self._fresh: set[str] = set()
        self._store: Store | None = None
        self._share: WorkShare | None = None
        self._told = ""
        self.ending = Ending.CONVERGED

    def keep(self, paths: Sequence[str]) -> None:
        """Until ``stop``: whenever something in ``paths`` changes, and at the interval."""
        sources = [changes(list(paths), self._stop), hints(lambda: self._share, self._stop)]
        with closing(wakes(sources, self._stop, min(self._interval.total_seconds(), TICK_S))) as woken:
            for _ in woken:
                while not self._stop.is_set() and self.look():
                    pass

    def look_at_all(self) -> None:
        """At everything, itself, whatever others do."""
        for item in self._specs.look(self._workspace.read(), due=True):
            if self._stop.is_set():
                return
            if isinstance(item, Reconcile):
                self._reconcile(item)
            else:
                self._keep_generation(item)

    def look(self) -> bool:
        """At the files, and at one experiment that is due; False if there is none that no other watcher has."""
        for item in self._specs.look(self._workspace.read(), due=False):
            if isinstance(item, Reconcile):
                self._fresh.add(item.experiment)
            else:
                self._keep_generation(item)
        if self._share is None and not self._fresh:
            return False
        try:
            share = self._open_share()
            for name in sorted(self._fresh):
                share.accept(name, self._digests[name])
            self._fresh.clear()
            return self._take_turn(share)
        except ReconcilerError as error:
            if str(error) != self._told:  # once, not at every look
                self._told = str(error)
                self._report(NotReconciled(None, error))
            self.ending = ending_of_error(error)
            return False

    def close(self) -> None:
        """What it had claimed is free for others."""
        if self._share is not None and self._store is not None:
            try:
                self._share.queue.leave(self._share.run)
            except ReconcilerError as error:
                self._report(ClaimsKept(error))
            self._store.close()

    def _take_turn(self, share: WorkShare) -> bool:
        turn = share.take()
        self._told = ""
        for name in sorted(turn.over):
            self._report(EndedElsewhere(name))
            self._specs.forget(name)
        if turn.claimed is None:
            return False
        looked = self._reconcile(self._specs.work_item(turn.claimed, changed=turn.changed))
        if self.ending is not Ending.INTERRUPTED:  # else it is free for others as soon as this watch has ended
            share.complete(turn.claimed, looked)
        return True

    def _open_share(self) -> WorkShare:
        if self._share is None:
            self._store = self._workspace.open_store()
            self._share = WorkShare(self._store.work, uuid.uuid4().hex[:12], self._interval)
        return self._share

    def _keep_generation(self, kept: KeptGeneration) -> None:
        self._report(kept)
        self.ending = self.ending if kept.experiments else Ending.INVALID

    def _accept(self, texts: Texts) -> Accepted:
        try:
            catalogue = self._workspace.check(texts)
        except SpecError as error:
            raise ValueError(str(error)) from None
        self._digests = {**self._digests, **_digests(catalogue)}
        return Accepted(texts, tuple(sorted(catalogue.experiments)))

    def _reconcile(self, item: Reconcile) -> Looked | None:
        """None when it could not be looked at; it was reported why."""
        try:
            with self._workspace.open(item.texts) as context:
                return self._run(context, item)
        except SpecError:
            return None
        except ReconcilerError as error:
            self._report(NotReconciled(item.experiment, error))
            self.ending = ending_of_error(error)
            return None

    def _run(self, context: Context, item: Reconcile) -> Looked:
        document = context.catalogue.experiments[item.experiment]
        result = expire(context, document, DEFAULTS, self._report)
        if result is not None:
            looked = Looked(over=result.ending is Ending.CONVERGED)
        else:
            result = apply(context, document, DEFAULTS, self._report)
            lifetime = lifetime_of(context, document)
            closes = lifetime.span.closes if lifetime.span is not None and lifetime.destroys else None
            # one that was applied has a span, unless its end came meanwhile
            looked = Looked(closes, over=lifetime.span is None and lifetime.destroys)
        if looked.over:
            self._specs.forget(item.experiment)
        self.ending = result.ending
        self._report(Reconciled(result, item.changed))
        return looked


def _digests(catalogue: Catalogue) -> Mapping[str, str]:
    """Equal for watchers that have the same documents for an experiment, wherever the files are."""
    shared = hashlib.sha256()
    for kind in (catalogue.sites, catalogue.environments, catalogue.disk_images):
        for _, document in sorted(kind.items()):
            shared.update(document.model_dump_json(by_alias=True).encode())
    return {
        name: hashlib.sha256(shared.digest() + document.model_dump_json(by_alias=True).encode()).hexdigest()
        for name, document in catalogue.experiments.items()
    }
