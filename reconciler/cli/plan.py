"""``plan`` and ``diff``: documents against the world; what apply would do, and why.  Nothing is changed."""

from __future__ import annotations

from typing import Any

import click

from reconciler.cli import options
from reconciler.cli.exits import Exit, worst
from reconciler.cli.output import result, result_json, say


@click.command("plan")
@options.documents_and_devices
@options.target
@options.exclude
@options.output("text", "json", "markdown")
@click.option("--view", type=click.Choice(["concise", "full"]), default="concise", show_default=True, help="How much.")
@click.option("--detailed-exitcode", is_flag=True, help="Exit 2 when there is something to do.")
@click.option("--out", metavar="FILE", help="Save the plan; `apply FILE` runs it if planning again gives the same.")
def plan_command(
    sources: options.Sources,
    targets: tuple[str, ...],
    excludes: tuple[str, ...],
    form: str,
    view: str,
    detailed_exitcode: bool,
    out: str | None,
) -> int:
    """Show what apply would do: each change, its reason, its impact and its exact commands.

    Reads documents and devices, changes nothing.
    """
    from reconciler.cli.plan_file import save_plan
    from reconciler.planning.render import plan_as_data, render_markdown, render_plan
    from reconciler.runs.survey import plan

    selection = options.selection(targets, excludes)
    if out and (targets or excludes):
        raise click.UsageError("a saved plan is a whole plan; leave out --target and --exclude")
    codes: list[Exit] = []
    data: list[dict[str, Any]] = []
    with sources.open() as context:
        chosen = options.experiments_of(context)
        if out and len(chosen) > 1:
            raise click.UsageError("--out saves the plan of one experiment; these documents hold several")
        for experiment in chosen:
            name = experiment.metadata.name
            found = plan(context, experiment, selection).plan
            codes.append(Exit.OK if found.converged else Exit.DIFFERENT)
            data.append(plan_as_data(name, found))
            if form == "text":
                result(render_plan(name, found, full=view == "full"))
            elif form == "markdown":
                result(render_markdown(name, found))
            if out:
                save_plan(out, context, name, found)
                say(f"saved to {out}; `reconciler apply {out}` runs exactly this")
    if form == "json":
        result_json(data[0] if len(data) == 1 else data)
    return worst(codes) if detailed_exitcode else Exit.OK


@click.command("diff")
@options.documents_and_devices
@options.output("text", "json")
def diff_command(sources: options.Sources, form: str) -> int:
    """Compare the documents with the observed state, field by field.  Exit 2 when something is."""
    from reconciler.planning.render import plan_as_data, render_plan
    from reconciler.runs.survey import plan

    codes: list[Exit] = []
    data: list[dict[str, Any]] = []
    with sources.open() as context:
        for experiment in options.experiments_of(context):
            name = experiment.metadata.name
            found = plan(context, experiment, run="diff").plan
            codes.append(Exit.OK if found.converged else Exit.DIFFERENT)
            data.append(plan_as_data(name, found))
            if form == "text":
                result(render_plan(name, found) if not found.converged else f"{name}: no differences")
    if form == "json":
        result_json(data[0] if len(data) == 1 else data)
    return worst(codes)
