"""``apply`` and ``destroy``: the commands that change things."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from reconciler.cli import options
from reconciler.cli.exits import Exit, worst
from reconciler.cli.output import result, result_json, say

if TYPE_CHECKING:
    from reconciler.cli.run import Run, Runner


@click.command("apply")
@click.argument("saved", required=False, metavar="[PLAN]")
@click.option(
    "-f", "--file", "paths", multiple=True, metavar="PATH", help="Documents: files, directories, - for stdin."
)
@options.sites
@options.max_file_size
@options.target
@options.exclude
@options.parallelism
@options.timeout
@options.lock_timeout
@options.yes
@options.events
@options.output("text", "json")
@click.pass_context
def apply_command(
    ctx: click.Context,
    saved: str | None,
    paths: tuple[str, ...],
    sites: str | None,
    max_file_size: int,
    targets: tuple[str, ...],
    excludes: tuple[str, ...],
    parallelism: int,
    timeout: float | None,
    lock_timeout: float,
    yes: bool,
    events: str | None,
    form: str,
) -> int:
    """Make the world as the documents say, or run a saved PLAN and nothing else.

    Shows the plan and asks before it starts (--yes does not ask).  Killed at any moment, the next apply resumes.
    """
    from reconciler.cli.run import Runner

    if bool(saved) == bool(paths):
        raise click.UsageError("give documents with -f, or one saved plan")
    if saved and (targets or excludes):
        raise click.UsageError("a saved plan runs as a whole; --target and --exclude go with -f")
    selection = options.selection(targets, excludes)
    runner = Runner(yes, events, timeout, lock_timeout, quiet=form == "json", selection=selection)
    if saved:
        runs = [_apply_saved(ctx, saved, parallelism, runner)]
    else:
        with options.opened(ctx.find_root().obj, paths, sites, max_file_size, parallelism) as workshop:
            runs = [runner.apply(workshop, e) for e in options.experiments_of(workshop)]
    return _report(runs, form)


def _apply_saved(ctx: click.Context, path: str, parallelism: int, runner: Runner) -> Run:
    from reconciler.cli.diagnostics import checked
    from reconciler.cli.saved import read_plan
    from reconciler.wiring import SITE_BYTES, open_workshop

    saved = read_plan(path)
    catalogue = checked(saved.files, SITE_BYTES)
    with open_workshop(options.folder_of(ctx), catalogue, saved.files, parallelism) as workshop:
        return runner.apply(workshop, workshop.catalogue.experiments[saved.experiment], saved)


@click.command("destroy")
@click.argument("names", nargs=-1, metavar="[EXPERIMENT]...")
@options.optional_files
@options.sites
@options.max_file_size
@options.parallelism
@options.timeout
@options.lock_timeout
@options.yes
@options.events
@options.output("text", "json")
@click.pass_context
def destroy_command(
    ctx: click.Context,
    names: tuple[str, ...],
    paths: tuple[str, ...],
    sites: str | None,
    max_file_size: int,
    parallelism: int,
    timeout: float | None,
    lock_timeout: float,
    yes: bool,
    events: str | None,
    form: str,
) -> int:
    """Take down experiments, by name or by document: domUs, VLANs, port settings, leases, records.

    Only what was recorded as made by us is touched.
    """
    from reconciler.cli.run import Runner

    if not names and not paths:
        raise click.UsageError("name an experiment, or give its documents with -f")
    runner = Runner(yes, events, timeout, lock_timeout, quiet=form == "json")
    with options.opened(ctx.find_root().obj, paths, sites, max_file_size, parallelism) as workshop:
        chosen = list(names) or sorted(workshop.catalogue.experiments)
        known = {row.name for row in workshop.store.experiments()}
        for name in chosen:
            if name not in known:
                say(f"{name}: nothing is recorded of it")
        runs = [runner.destroy(workshop, name) for name in chosen if name in known]
    return _report(runs, form)


def _report(runs: list[Run], form: str) -> int:
    if form == "json":
        result_json([run.as_data() for run in runs])
    else:
        for run in runs:
            result(run.summary)
    sys.stdout.flush()
    return worst([run.code for run in runs]) if runs else Exit.OK
