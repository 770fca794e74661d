"""``watch``: apply what files say, and keep it so."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from threading import Event
from typing import TYPE_CHECKING

import click

from reconciler.cli import options, signals
from reconciler.cli.exits import Exit, exit_of_ending
from reconciler.cli.output import result, say
from reconciler.model.errors import SpecError
from reconciler.runs.spec_watcher import KeptGeneration, Texts

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.runs.context import Context
    from reconciler.runs.watch import WatchReport
    from reconciler.spec.catalogue import Catalogue
    from reconciler.store.store import Store


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
    from reconciler.runs.watch import Watch

    if "-" in sources.paths:
        raise click.UsageError("standard input cannot be watched; give files or directories")
    stop = Event()
    signals.on_request(stop.set)
    report = _reporter(options.ChangeOptions(events=events))
    with closing(Watch(_Workspace(sources, stop), interval, report, stop)) as watch:
        if once:
            watch.look_at_all()
        else:
            watch.keep(sources.paths)
        return Exit(128 + signals.last) if signals.last else exit_of_ending(watch.ending)


class _Workspace:
    """The documents that the command line names, on the state that it names."""

    def __init__(self, sources: options.Sources, stop: Event) -> None:
        self._sources, self._stop = sources, stop

    def read(self) -> Texts | None:
        from reconciler.cli.files import read_all

        try:
            return read_all(self._sources.paths, self._sources.max_file_size)
        except (SpecError, OSError, click.UsageError):
            return None

    def check(self, texts: Texts) -> Catalogue:
        from reconciler.cli.diagnostics import checked

        try:
            return checked(self._with_sites(texts), self._sources.max_file_size)
        except SpecError:
            raise ValueError("see above") from None

    @contextmanager
    def open(self, texts: Texts) -> Iterator[Context]:
        from reconciler.cli.files import examine_all
        from reconciler.wiring import open_context

        whole, sources = self._with_sites(texts), self._sources
        examination = examine_all(whole, sources.max_file_size)
        if examination.catalogue is None:
            raise SpecError(examination.diagnostics)
        opened = open_context(sources.folder, examination.catalogue, whole, sources.parallelism, options.store_url())
        with opened as context, signals.graceful(context.stop, self._stop.set):
            yield context

    def open_store(self) -> Store:
        from reconciler.wiring import open_store

        return open_store(self._sources.folder, options.store_url())

    def _with_sites(self, texts: Texts) -> dict[str, str]:
        from reconciler.cli.files import with_sites

        return with_sites(texts, self._sources.sites, self._sources.folder)


def _reporter(change_options: options.ChangeOptions) -> Callable[[WatchReport], None]:
    """What a watch tells, as lines of text."""
    from reconciler.cli.run import RunDisplay
    from reconciler.runs.watch import ClaimsKept, EndedElsewhere, NotReconciled, Reconciled

    display = RunDisplay(change_options)

    def report(report: WatchReport) -> None:
        match report:
            case KeptGeneration(reason, names):
                kept = f"; kept as last accepted: {', '.join(names)}" if names else "; nothing is applied"
                say(f"{reason}{kept}")
            case Reconciled(run, changed):
                if changed or run.finished is not None:
                    result(f"{time.strftime('%H:%M:%S')} {run.summary}")
            case NotReconciled(experiment, error):
                say(f"{experiment}: {error}" if experiment else str(error))
            case EndedElsewhere(name):
                say(
                    f"{name}: it was taken down at the end of its lifetime;"
                    " change its documents, or apply it, for another"
                )
            case ClaimsKept(error):
                say(f"what this watcher had claimed is free only after some silence: {error}")
            case _:
                display.report(report)

    return report
