"""``apply`` and ``destroy``: the commands that change things."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

import click

from reconciler.cli import options
from reconciler.cli.exits import Exit, exit_of_ending, worst
from reconciler.cli.output import result, result_json, say
from reconciler.model.errors import NotFound, ReconcilerError, Stale

if TYPE_CHECKING:
    from reconciler.cli.run import Terminal
    from reconciler.runs.passes import RunResult


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
    change_options: options.ChangeOptions,
    form: str,
) -> int:
    """Create, change and delete resources until they match the documents, or run a saved PLAN and nothing else.

    Shows the plan and asks before it starts (--yes does not ask).  Killed at any moment, the next apply resumes.
    """
    from reconciler.cli.run import Terminal
    from reconciler.cli.signals import graceful

    if bool(saved) == bool(sources.paths):
        raise click.UsageError("give documents with -f, or one saved plan")
    if saved and (targets or excludes):
        raise click.UsageError("a saved plan runs as a whole; --target and --exclude go with -f")
    terminal = Terminal(change_options, options.selection(targets, excludes), quiet=form == "json")
    if saved:
        runs = [_apply_saved(sources, saved, terminal)]
    else:
        with sources.open() as context, graceful(context.stop):
            chosen = {experiment.metadata.name: experiment for experiment in options.experiments_of(context)}
            runs = _each(chosen, lambda name: terminal.apply(context, chosen[name]))
    return _report(runs, form)


def _apply_saved(sources: options.Sources, path: str, terminal: Terminal) -> RunResult:
    from reconciler.cli.diagnostics import checked
    from reconciler.cli.plan_file import read_plan
    from reconciler.cli.signals import graceful
    from reconciler.runs.saved_plan import LIMIT_BYTES
    from reconciler.wiring import open_context

    saved = read_plan(path)
    catalogue = checked(saved.files, LIMIT_BYTES)  # `plan` judged their sizes
    with (
        open_context(sources.folder, catalogue, saved.files, sources.parallelism) as context,
        graceful(context.stop),
    ):
        experiment = context.catalogue.experiments.get(saved.experiment)
        if experiment is None:
            raise Stale(f"{path}: its documents hold no experiment {saved.experiment}; plan again")
        return terminal.apply(context, experiment, saved)


@click.command("destroy")
@options.applied
@options.changing
@options.output("text", "json")
def destroy_command(sources: options.Sources, change_options: options.ChangeOptions, form: str) -> int:
    """Take down experiments, by name or by document: domUs, VLANs, port settings, leases, records.

    Only what was recorded as made by us is touched.
    """
    from reconciler.cli.run import Terminal
    from reconciler.cli.signals import graceful
    from reconciler.runs.survey import require_known

    if not sources.names and not sources.paths:
        raise click.UsageError("name an experiment, or give its documents with -f")
    terminal = Terminal(change_options, quiet=form == "json")
    with sources.open() as context, graceful(context.stop):
        chosen = list(sources.names) or [e.metadata.name for e in options.experiments_of(context)]
        known = [row.name for row in context.store.experiments()]
        require_known(sources.names, known)
        for name in chosen:
            if name not in known:
                say(f"{name}: nothing is recorded of it")
        runs = _each([name for name in chosen if name in known], lambda name: terminal.destroy(context, name))
    return _report(runs, form)


def _each(names: Collection[str], act: Callable[[str], RunResult]) -> list[RunResult]:
    """One run after the other; of several, one that cannot even begin does not keep the others from theirs."""
    from reconciler.runs.ending import ending_of_error
    from reconciler.runs.passes import RunResult

    runs: list[RunResult] = []
    for name in names:
        try:
            runs.append(act(name))
        except ReconcilerError as error:
            if len(names) == 1 or isinstance(error, NotFound):
                raise
            runs.append(RunResult(name, "", ending_of_error(error), f"{name}: {error}"))
    return runs


def _report(runs: list[RunResult], form: str) -> int:
    from reconciler.cli.run import as_data

    if form == "json":
        result_json([as_data(run) for run in runs])
    else:
        for run in runs:
            result(run.summary)
    sys.stdout.flush()
    return worst([exit_of_ending(run.ending) for run in runs]) if runs else Exit.OK
