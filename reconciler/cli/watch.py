"""``watch``: apply what files say, and keep it so."""

from __future__ import annotations

import hashlib
import signal
import time
import uuid
from collections.abc import Mapping
from contextlib import closing
from datetime import timedelta
from threading import Event
from typing import TYPE_CHECKING

import click

from reconciler.cli import options
from reconciler.cli.exits import Exit, exit_of
from reconciler.cli.output import result, say
from reconciler.model.errors import ReconcilerError, SpecError
from reconciler.store.work_queue import Looked
from reconciler.watch import Accepted, KeptGeneration, Reconcile, Share, SpecWatcher, Texts, changes, hints, wakes

if TYPE_CHECKING:
    from reconciler.spec.catalogue import Catalogue
    from reconciler.store.store import Store
    from reconciler.wiring import Context


@click.command("watch")
@options.documents_and_devices
@options.events
@click.option(
    "--interval",
    type=options.DURATION,
    default=60.0,
    show_default="60s",
    help="Survey for drift so often and repair it.",
)
@click.option("--once", is_flag=True, help="One look, then end: for a timer or a pipeline.")
def watch_command(sources: options.Sources, events: str | None, interval: float, once: bool) -> int:
    """Apply the documents, again whenever a file changes, and repair drift at an interval.

    An invalid or vanished file changes nothing: the last good generation is kept, and it is said.  Nothing is ever
    destroyed but at the end of a lifetime that says `onExpiry: destroy`.

    Several watchers on the same state (one machine, or several with --store) share the work: each experiment that is
    due is looked at by one of them.  Give them the same documents.
    """
    if "-" in sources.paths:
        raise click.UsageError("standard input cannot be watched; give files or directories")
    run_options = options.RunOptions(yes=True, events=events, timeout=None, lock_timeout=0.0)
    stop, last_signal = Event(), [0]

    def on_signal(number: int, frame: object) -> None:
        last_signal[0] = number
        stop.set()

    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, on_signal)
    with closing(_Watcher(sources, run_options, interval)) as watcher:
        if once:
            watcher.look_at_all()
        else:
            _keep(watcher, list(sources.paths), stop, min(interval, _TICK_S))
        number = last_signal[0] or watcher.stopped
        return watcher.code if not number else Exit(128 + number)


def _keep(watcher: _Watcher, paths: list[str], stop: Event, tick_s: float) -> None:
    sources = [changes(paths, stop), hints(lambda: watcher.share, stop)]
    with closing(wakes(sources, stop, tick_s)) as woken:
        for _ in woken:
            while not stop.is_set() and watcher.look():
                if watcher.stopped:
                    return


_TICK_S = 5.0
"""An experiment whose time has come is taken down so soon, and what another watcher left is taken up, whatever the
interval."""


class _Watcher:
    """What one ``watch`` remembers."""

    def __init__(self, sources: options.Sources, run_options: options.RunOptions, interval_s: float) -> None:
        self._sources, self._conduct = sources, run_options
        self._interval = timedelta(seconds=max(interval_s, 0.1))
        self._keeper = SpecWatcher(self._accept)
        self._digests: Mapping[str, str] = {}
        self._fresh: set[str] = set()
        self._store: Store | None = None
        self._said = ""
        self.share: Share | None = None
        self.code = Exit.OK
        self.stopped = 0

    def look_at_all(self) -> None:
        """At everything, itself, whatever others do."""
        for wish in self._keeper.look(self._read(), due=True):
            if isinstance(wish, Reconcile):
                self._reconcile(wish)
            else:
                self._tell(wish)

    def look(self) -> bool:
        """Survey at the files, and at one experiment that is due, if there is one that no other watcher has."""
        for wish in self._keeper.look(self._read(), due=False):
            if isinstance(wish, Reconcile):
                self._fresh.add(wish.experiment)
            else:
                self._tell(wish)
        if self.share is None and not self._fresh:
            return False
        try:
            share = self._sharing()
            for name in sorted(self._fresh):
                share.accept(name, self._digests[name])
            self._fresh.clear()
            return self._take_turn(share)
        except ReconcilerError as error:
            self._fail(str(error), error)
            return False

    def _take_turn(self, share: Share) -> bool:
        turn = share.take()
        self._said = ""
        for name in sorted(turn.over):
            say(f"{name}: it was taken down at the end of its lifetime; change its documents, or apply it, for another")
            self._keeper.forget(name)
        if turn.claimed is None:
            return False
        looked = self._reconcile(self._keeper.wish(turn.claimed, changed=turn.changed))
        if not self.stopped:  # else it is free for others as soon as this watch has ended
            share.complete(turn.claimed, looked)
        return True

    def _sharing(self) -> Share:
        if self.share is None:
            from reconciler.wiring import open_store

            self._store = open_store(self._sources.folder, options.store_url())
            self.share = Share(self._store.work, uuid.uuid4().hex[:12], self._interval)
        return self.share

    def close(self) -> None:
        """What it had claimed is free for others."""
        if self.share is not None and self._store is not None:
            try:
                self.share.queue.leave(self.share.run)
            except ReconcilerError as error:
                say(f"what this watcher had claimed is free only after some silence: {error}")
            self._store.close()

    def _fail(self, reason: str, error: ReconcilerError) -> None:
        """Said once, not at every look."""
        if reason != self._said:
            self._said = reason
            say(reason)
        self.code = exit_of(error)

    def _tell(self, kept: KeptGeneration) -> None:
        names = f"; kept as last accepted: {', '.join(kept.experiments)}" if kept.experiments else ""
        say(f"{kept.reason}{names or '; nothing is applied'}")
        self.code = self.code if kept.experiments else Exit.INVALID

    def _read(self) -> Texts | None:
        from reconciler.cli.files import read_all

        try:
            return read_all(self._sources.paths, self._sources.max_file_size)
        except (SpecError, OSError, click.UsageError):
            return None

    def _accept(self, texts: Texts) -> Accepted:
        from reconciler.cli.diagnostics import checked

        try:
            catalogue = checked(self._whole(texts), self._sources.max_file_size)
        except SpecError:
            raise ValueError("see above") from None
        self._digests = {**self._digests, **_digests(catalogue)}
        return Accepted(texts, tuple(sorted(catalogue.experiments)))

    def _whole(self, texts: Texts) -> Mapping[str, str]:
        from reconciler.cli.files import with_sites

        return with_sites(texts, self._sources.sites, self._sources.folder)

    def _reconcile(self, wish: Reconcile) -> Looked | None:
        """None when it could not be looked at; it was said why."""
        from reconciler.cli.files import examine_all
        from reconciler.wiring import open_context

        whole = self._whole(wish.texts)
        catalogue = examine_all(whole, self._sources.max_file_size).catalogue
        if catalogue is None:
            return None
        try:
            with open_context(
                self._sources.folder, catalogue, whole, self._sources.parallelism, options.store_url()
            ) as context:
                return self._run(context, wish)
        except ReconcilerError as error:
            say(f"{wish.experiment}: {error}")
            self.code = exit_of(error)
            return None

    def _run(self, context: Context, wish: Reconcile) -> Looked:
        from reconciler.cli.run import Runner

        runner, document = Runner(self._conduct), context.catalogue.experiments[wish.experiment]
        run = runner.expire(context, document)
        if run is not None:
            looked = Looked(over=run.code is Exit.OK)
        else:
            run = runner.apply(context, document)
            term = runner.term(context, document)
            closes = term.span.closes if term.span is not None and term.destroys else None
            # one that was applied has a span, unless its end came meanwhile
            looked = Looked(closes, over=term.span is None and term.destroys)
        if looked.over:
            self._keeper.forget(wish.experiment)
        self.code = run.code
        self.stopped = run.code - 128 if run.code in (Exit.INTERRUPTED, Exit.TERMINATED) else 0
        if wish.changed or run.finished is not None:
            result(f"{time.strftime('%H:%M:%S')} {run.summary}")
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
