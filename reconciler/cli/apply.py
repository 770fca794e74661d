"""``apply`` and ``destroy``: the commands that change things."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

import click

from reconciler.cli import options
from reconciler.cli.exits import Exit, exit_of, worst
from reconciler.cli.output import result, result_json, say
from reconciler.model.errors import ReconcilerError, Stale

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
    run_options: options.RunOptions,
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
    runner = Runner(run_options, quiet=form == "json", selection=options.selection(targets, excludes))
    if saved:
        runs = [_apply_saved(sources, saved, runner)]
    else:
        with sources.open() as context:
            chosen = {experiment.metadata.name: experiment for experiment in options.experiments_of(context)}
            runs = _each(chosen, lambda name: runner.apply(context, chosen[name]))
    return _report(runs, form)


def _apply_saved(sources: options.Sources, path: str, runner: Runner) -> Run:
    from reconciler.cli.diagnostics import checked
    from reconciler.cli.saved import LIMIT_BYTES, read_plan
    from reconciler.wiring import open_context

    saved = read_plan(path)
    catalogue = checked(saved.files, LIMIT_BYTES)  # `plan` judged their sizes
    with open_context(sources.folder, catalogue, saved.files, sources.parallelism) as context:
        experiment = context.catalogue.experiments.get(saved.experiment)
        if experiment is None:
            raise Stale(f"{path}: its documents hold no experiment {saved.experiment}; plan again")
        return runner.apply(context, experiment, saved)


@click.command("destroy")
@options.applied
@options.changing
@options.output("text", "json")
def destroy_command(sources: options.Sources, run_options: options.RunOptions, form: str) -> int:
    """Take down experiments, by name or by document: domUs, VLANs, port settings, leases, records.

    Only what was recorded as made by us is touched.
    """
    from reconciler.cli.inspect import refuse_unknown
    from reconciler.cli.run import Runner

    if not sources.names and not sources.paths:
        raise click.UsageError("name an experiment, or give its documents with -f")
    runner = Runner(run_options, quiet=form == "json")
    with sources.open() as context:
        chosen = list(sources.names) or [e.metadata.name for e in options.experiments_of(context)]
        known = [row.name for row in context.store.experiments()]
        refuse_unknown(sources.names, known)
        for name in chosen:
            if name not in known:
                say(f"{name}: nothing is recorded of it")
        runs = _each([name for name in chosen if name in known], lambda name: runner.destroy(context, name))
    return _report(runs, form)


def _each(names: Collection[str], act: Callable[[str], Run]) -> list[Run]:
    """One run after the other; of several, one that cannot even begin does not keep the others from theirs."""
    from reconciler.cli.run import Run

    runs: list[Run] = []
    for name in names:
        try:
            runs.append(act(name))
        except ReconcilerError as error:
            if len(names) == 1:
                raise
            runs.append(Run(name, "", exit_of(error), f"{name}: {error}"))
    return runs


def _report(runs: list[Run], form: str) -> int:
    if form == "json":
        result_json([run.as_data() for run in runs])
    else:
        for run in runs:
            result(run.summary)
    sys.stdout.flush()
    return worst([run.code for run in runs]) if runs else Exit.OK
