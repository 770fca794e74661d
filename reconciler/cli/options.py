"""Options that several commands share, and the opening of what they name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from reconciler.loop.converge import Decision
    from reconciler.planning.narrow import Selection
    from reconciler.spec.experiment import Experiment
    from reconciler.wiring import Workshop

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
timeout = click.option("--timeout", type=DURATION, help="Give up after this long (exit 8).")
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
        "-o", "--output", "form", type=click.Choice(formats), default=formats[0], show_default=True, help="Format."
    )


def documents(function: F) -> F:
    """The options of a command that reads documents."""
    for option in (max_file_size, sites, files):
        function = option(function)
    return function


@contextmanager
def opened(
    state_dir: str | None, paths: tuple[str, ...], sites: str | None, limit: int, parallelism: int = 32
) -> Iterator[Workshop]:
    """Read and check documents and open what they need; without ``paths`` the sites alone.

    Raises:
        SpecError: with everything that is wrong; it is printed with excerpts before it leaves.
    """
    from reconciler.cli.diagnostics import checked
    from reconciler.cli.files import read_all, with_sites
    from reconciler.wiring import open_workshop, state_folder

    folder = state_folder(state_dir)
    texts = with_sites(read_all(paths, limit) if paths else {}, sites, folder)
    with open_workshop(folder, checked(texts, limit), texts, parallelism) as workshop:
        yield workshop


def experiments_of(workshop: Workshop, name: str | None = None) -> list[Experiment]:
    found = [e for n, e in sorted(workshop.catalogue.experiments.items()) if name in (None, n)]
    if not found:
        named = f" named {name}" if name else ""
        raise click.UsageError(f"no Experiment{named} among these documents")
    return found


def selection(targets: tuple[str, ...], excludes: tuple[str, ...]) -> Selection:
    from reconciler.planning.narrow import Selection

    return Selection(targets, excludes)


def check_selection(selection: Selection, decision: Decision) -> None:
    """Raises UsageError: a glob matches nothing, which is a mistake and not "nothing to do"."""
    unmatched = selection.unmatched([*decision.world.desired, *decision.world.recorded])
    if unmatched:
        raise click.UsageError(f"{unmatched[0]!r} matches nothing; `reconciler show EXPERIMENT` lists addresses")


def folder_of(ctx: click.Context) -> Path:
    from reconciler.wiring import state_folder

    return state_folder(ctx.find_root().obj)
