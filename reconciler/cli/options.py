"""Options that several commands share, and the opening of what they name."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import timedelta
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from reconciler.planning.narrow import Selection
    from reconciler.runs.context import Context
    from reconciler.runs.lock import RunOptions
    from reconciler.spec.experiment import Experiment
    from reconciler.store.store import Store

F = TypeVar("F", bound=Callable[..., Any])


class DurationType(click.ParamType[float]):
    """``30s``, ``5m``, ``2h`` or plain seconds; gives seconds."""

    name = "duration"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if isinstance(value, (int, float)):
            return float(value)
        match = re.fullmatch(r"([0-9]+)(ms|s|m|h)?", str(value))
        if match is None:
            self.fail(f"{value!r} is not a duration such as 30s, 5m or 2h", param, ctx)
        unit = {"ms": timedelta(milliseconds=1), None: timedelta(seconds=1), "s": timedelta(seconds=1)}
        unit |= {"m": timedelta(minutes=1), "h": timedelta(hours=1)}
        return int(match[1]) * unit[match[2]].total_seconds()


DURATION = DurationType()

files = click.option(
    "-f",
    "--file",
    "paths",
    multiple=True,
    required=True,
    metavar="PATH",
    help="Documents: a file, a directory or - for standard input; may be repeated.",
)
optional_files = click.option(
    "-f", "--file", "paths", multiple=True, metavar="PATH", help="Documents; not needed for what was applied before."
)
sites = click.option(
    "--sites", metavar="PATH", help="Site documents, when -f names none (default: those of the running lab)."
)
max_file_size = click.option(
    "--max-file-size", default=256 * 1024, show_default="256 KiB", type=click.IntRange(1024), help="In bytes."
)
parallelism = click.option(
    "--parallelism", default=32, show_default=True, type=click.IntRange(1, 512), help="Devices spoken to at once."
)
timeout = click.option("--timeout", type=DURATION, help="Time out after this long (exit 8).")
lock_timeout = click.option(
    "--lock-timeout", type=DURATION, default=0.0, help="How long to wait for another run on the same experiment."
)
target = click.option(
    "--target", "targets", multiple=True, metavar="GLOB", help="Only what matches, and what it needs: 'domain/*/web-*'."
)
exclude = click.option(
    "--exclude", "excludes", multiple=True, metavar="GLOB", help="Leave out what matches, and what needs it."
)
yes = click.option("--yes", is_flag=True, help="Do not ask.")
events = click.option("--events", metavar="FILE", help="Write what happens as NDJSON to this file (- for stdout).")


def output(*formats: str) -> Callable[[F], F]:
    return click.option(
        "-o",
        "--output",
        "form",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        help="Format.",
        is_eager=True,
        callback=_note_form,
    )


def _note_form(ctx: click.Context, param: click.Parameter, form: str) -> str:
    """Errors, too, are told in the form that was asked for."""
    ctx.meta[FORM] = form
    return form


FORM = "reconciler.form"


@dataclass(frozen=True, slots=True)
class Sources:
    """What a command works on: documents and the sites they stand on, or experiments by name."""

    state_dir: str | None
    paths: tuple[str, ...]
    sites: str | None
    max_file_size: int
    parallelism: int = 32
    names: tuple[str, ...] = ()

    @property
    def folder(self) -> Path:
        from reconciler.wiring import state_folder

        return state_folder(self.state_dir)

    def read(self) -> dict[str, str]:
        """The texts by name, the sites' among them; without ``paths`` the sites' alone."""
        from reconciler.cli.files import read_all, with_sites

        return with_sites(read_all(self.paths, self.max_file_size) if self.paths else {}, self.sites, self.folder)

    @contextmanager
    def open(self) -> Iterator[Context]:
        """Read and check the documents and open what they need.

        Raises:
            SpecError: with everything that is wrong; it is printed with excerpts before it leaves.
        """
        from reconciler.cli.diagnostics import checked
        from reconciler.wiring import open_context

        texts = self.read()
        with open_context(
            self.folder, checked(texts, self.max_file_size), texts, self.parallelism, store_url()
        ) as context:
            yield context


def documents(function: Callable[..., Any]) -> Callable[..., Any]:
    """A command that reads documents: its first argument is their ``Sources``."""
    return _collect(function, files, sites, max_file_size)


def documents_and_devices(function: Callable[..., Any]) -> Callable[..., Any]:
    """As ``documents``, and devices are asked."""
    return _collect(function, files, sites, max_file_size, parallelism)


def applied(function: Callable[..., Any]) -> Callable[..., Any]:
    """A command on what was applied before, by name, by documents, or all of it."""
    names = click.argument("names", nargs=-1, metavar="[EXPERIMENT]...")
    return _collect(function, names, optional_files, sites, max_file_size, parallelism)


def maybe_documents_and_devices(function: Callable[..., Any]) -> Callable[..., Any]:
    """As ``documents_and_devices``, with documents that may be left out."""
    return _collect(function, optional_files, sites, max_file_size, parallelism)


@contextmanager
def not_found_as_usage() -> Iterator[None]:
    """A name or a glob of the command line that there is not is a mistake in it."""
    from reconciler.model.errors import NotFound

    try:
        yield
    except NotFound as error:
        raise click.UsageError(str(error)) from None


def _collect(function: Callable[..., Any], *params: Callable[[F], F]) -> Callable[..., Any]:
    @wraps(function)
    def collected(**values: Any) -> Any:
        given = {field.name: values.pop(field.name) for field in fields(Sources) if field.name in values}
        with not_found_as_usage():
            return function(Sources(click.get_current_context().find_root().obj, **given), **values)

    for param in reversed(params):
        collected = param(collected)
    return collected


@dataclass(frozen=True, slots=True)
class ChangeOptions:
    """How a command that changes things goes about it: whether it asks, where it writes events, how long it waits."""

    yes: bool = True
    events: str | None = None
    timeout: float | None = None
    lock_timeout: float = 0.0

    def for_runs(self, selection: Selection | None = None) -> RunOptions:
        from reconciler.planning.narrow import EVERYTHING
        from reconciler.runs.lock import RunOptions

        return RunOptions(self.timeout, self.lock_timeout, selection or EVERYTHING)


def changing(function: Callable[..., Any]) -> Callable[..., Any]:
    """A command that changes things: it gets its ``ChangeOptions`` as ``change_options``."""

    @wraps(function)
    def collected(*args: Any, **values: Any) -> Any:
        given = {field.name: values.pop(field.name) for field in fields(ChangeOptions)}
        return function(*args, change_options=ChangeOptions(**given), **values)

    for param in (events, yes, lock_timeout, timeout):
        collected = param(collected)
    return collected


def experiments_of(context: Context, name: str | None = None) -> list[Experiment]:
    found = [e for n, e in sorted(context.catalogue.experiments.items()) if name in (None, n)]
    if not found:
        named = f" named {name}" if name else ""
        raise click.UsageError(f"no Experiment{named} among these documents")
    return found


def selection(targets: tuple[str, ...], excludes: tuple[str, ...]) -> Selection:
    from reconciler.planning.narrow import Selection

    return Selection(targets, excludes)


def open_store_of(ctx: click.Context) -> Store:
    """The store that the flags, the environment or the settings choose; the caller closes it."""
    from reconciler.wiring import open_store

    return open_store(folder_of(ctx), store_url())


STORE = "reconciler.store"
"""Where in a context's ``meta`` the URL of the store stands."""


def store_url() -> str | None:
    """The server that was chosen; None where the state is in a file."""
    ctx = click.get_current_context(silent=True)
    chosen = ctx.meta.get(STORE) if ctx is not None else None
    return str(chosen) if chosen else os.environ.get("RECONCILER_STORE")


def folder_of(ctx: click.Context) -> Path:
    from reconciler.wiring import state_folder

    return state_folder(ctx.find_root().obj)
