"""``watch``: apply what files say, and keep it so."""

from __future__ import annotations

import signal
import time
from collections.abc import Mapping
from threading import Event

import click

from reconciler.cli import options
from reconciler.cli.exits import Exit, exit_of
from reconciler.cli.output import result, say
from reconciler.model.errors import ReconcilerError, SpecError
from reconciler.watch import Accepted, Keeper, Kept, Reconcile, Texts, wakes


@click.command("watch")
@options.documents_and_devices
@options.events
@click.option(
    "--interval", type=options.DURATION, default=60.0, show_default="60s", help="Look for drift so often and repair it."
)
@click.option("--once", is_flag=True, help="One look, then end: for a timer or a pipeline.")
def watch_command(sources: options.Sources, events: str | None, interval: float, once: bool) -> int:
    """Apply the documents, again whenever a file changes, and repair drift at an interval.

    An invalid or vanished file changes nothing: the last good generation is kept, and it is said.  Nothing is ever
    destroyed but at the end of a lifetime that says `onExpiry: destroy`.
    """
    if "-" in sources.paths:
        raise click.UsageError("standard input cannot be watched; give files or directories")
    watcher = _Watcher(sources, options.Conduct(yes=True, events=events, timeout=None, lock_timeout=0.0))
    stop, last_signal = Event(), [0]

    def on_signal(number: int, frame: object) -> None:
        last_signal[0] = number
        stop.set()

    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, on_signal)
    looked = -interval
    for _ in wakes(list(sources.paths), stop, min(interval, _ENDS_WITHIN_S)):
        due = time.monotonic() - looked >= interval or time.time() >= watcher.next_end
        watcher.look(due=due)
        looked = time.monotonic() if due else looked
        if once or stop.is_set() or watcher.stopped:
            break
    number = last_signal[0] or watcher.stopped
    return watcher.code if not number else Exit(128 + number)


_ENDS_WITHIN_S = 5.0
"""An experiment whose time has come is taken down so soon, whatever the interval."""


class _Watcher:
    """What one ``watch`` remembers."""

    def __init__(self, sources: options.Sources, conduct: options.Conduct) -> None:
        self._sources, self._conduct = sources, conduct
        self._keeper = Keeper(self._accept)
        self._due: dict[str, float] = {}
        self.code = Exit.OK
        self.stopped = 0

    @property
    def next_end(self) -> float:
        """When the next experiment has to be taken down, in seconds since 1970."""
        return min(self._due.values(), default=float("inf"))

    def look(self, *, due: bool) -> None:
        for wish in self._keeper.look(self._read(), due=due):
            match wish:
                case Kept(reason, names):
                    kept = f"; kept as last accepted: {', '.join(names)}" if names else "; nothing is applied"
                    say(f"{reason}{kept}")
                    self.code = Exit.INVALID if not names else self.code
                case Reconcile():
                    self._reconcile(wish)

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
        return Accepted(texts, tuple(sorted(catalogue.experiments)))

    def _whole(self, texts: Texts) -> Mapping[str, str]:
        from reconciler.cli.files import with_sites

        return with_sites(texts, self._sources.sites, self._sources.folder)

    def _reconcile(self, wish: Reconcile) -> None:
        from reconciler.cli.files import examine_all
        from reconciler.cli.run import Runner, expiry_destroys
        from reconciler.wiring import open_workshop

        whole = self._whole(wish.texts)
        catalogue = examine_all(whole, self._sources.max_file_size).catalogue
        if catalogue is None:
            return
        runner = Runner(self._conduct)
        try:
            with open_workshop(self._sources.folder, catalogue, whole, self._sources.parallelism) as workshop:
                document = workshop.catalogue.experiments[wish.experiment]
                if runner.is_due(workshop, document):
                    say(f"{wish.experiment}: its lifetime is over")
                    run = runner.destroy(workshop, wish.experiment)
                    self._keeper.forget(wish.experiment)
                    self._due.pop(wish.experiment, None)
                else:
                    run = runner.apply(workshop, document)
                    span = runner.span(workshop, document)
                    if span is not None and expiry_destroys(document):
                        self._due[wish.experiment] = span.closes.timestamp()
                self.code = run.code
                self.stopped = run.code - 128 if run.code in (Exit.INTERRUPTED, Exit.TERMINATED) else 0
                if wish.changed or run.finished is not None:
                    result(f"{time.strftime('%H:%M:%S')} {run.summary}")
        except ReconcilerError as error:
            say(f"{wish.experiment}: {error}")
            self.code = exit_of(error)
