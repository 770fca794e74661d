"""``plan``: what apply would do, and why; nothing is changed."""

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
@click.option("--out", metavar="FILE", help="Save the plan; `apply FILE` runs it if the world still fits.")
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
    from reconciler.cli.saved import save_plan
    from reconciler.loop.converge import survey
    from reconciler.planning.render import plan_as_data, render_markdown, render_plan

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
            decision = survey(context.session(name, "plan"), context.compile_desired(experiment), None, selection)
            options.check_selection(selection, decision)
            codes.append(Exit.OK if decision.plan.converged else Exit.DIFFERENT)
            data.append(plan_as_data(name, decision.plan))
            if form == "text":
                result(render_plan(name, decision.plan, full=view == "full"))
            elif form == "markdown":
                result(render_markdown(name, decision.plan))
            if out:
                save_plan(out, context, name, decision.plan)
                say(f"saved to {out}; `reconciler apply {out}` runs exactly this")
    if form == "json":
        result_json(data[0] if len(data) == 1 else data)
    return worst(codes) if detailed_exitcode else Exit.OK
