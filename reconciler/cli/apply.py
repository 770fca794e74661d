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
@options.maybe_documents_and_devices
@options.target
@options.exclude
@options.changing
@options.output("text", "json")
def apply_command(
    sources: options.Sources,
    saved: str | None,
    targets: tuple[str, ...],
    excludes: tuple[str, ...],
    conduct: options.Conduct,
    form: str,
) -> int:
    """Make the world as the documents say, or run a saved PLAN and nothing else.

    Shows the plan and asks before it starts (--yes does not ask).  Killed at any moment, the next apply resumes.
    """
    from reconciler.cli.run import Runner

    if bool(saved) == bool(sources.paths):
        raise click.UsageError("give documents with -f, or one saved plan")
    if saved and (targets or excludes):
        raise click.UsageError("a saved plan runs as a whole; --target and --exclude go with -f")
    runner = Runner(conduct, quiet=form == "json", selection=options.selection(targets, excludes))
    if saved:
        runs = [_apply_saved(sources, saved, runner)]
    else:
        with sources.open() as workshop:
            runs = [runner.apply(workshop, experiment) for experiment in options.experiments_of(workshop)]
    return _report(runs, form)


def _apply_saved(sources: options.Sources, path: str, runner: Runner) -> Run:
    from reconciler.cli.diagnostics import checked
    from reconciler.cli.saved import read_plan
    from reconciler.wiring import SITE_BYTES, open_workshop

    saved = read_plan(path)
    catalogue = checked(saved.files, SITE_BYTES)
    with open_workshop(sources.folder, catalogue, saved.files, sources.parallelism) as workshop:
        return runner.apply(workshop, workshop.catalogue.experiments[saved.experiment], saved)


@click.command("destroy")
@options.applied
@options.changing
@options.output("text", "json")
def destroy_command(sources: options.Sources, conduct: options.Conduct, form: str) -> int:
    """Take down experiments, by name or by document: domUs, VLANs, port settings, leases, records.

    Only what was recorded as made by us is touched.
    """
    from reconciler.cli.inspect import refuse_unknown
    from reconciler.cli.run import Runner

    if not sources.names and not sources.paths:
        raise click.UsageError("name an experiment, or give its documents with -f")
    runner = Runner(conduct, quiet=form == "json")
    with sources.open() as workshop:
        chosen = list(sources.names) or sorted(workshop.catalogue.experiments)
        known = [row.name for row in workshop.store.experiments()]
        refuse_unknown(sources.names, known)
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
