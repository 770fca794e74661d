"""``diff`` and ``drift``: two comparisons, both exit 2 when they find something."""

from __future__ import annotations

from typing import Any

import click

from reconciler.cli import options
from reconciler.cli.exits import Exit, worst
from reconciler.cli.output import result, result_json


@click.command("diff")
@options.documents_and_devices
@options.output("text", "json")
def diff_command(sources: options.Sources, form: str) -> int:
    """Compare the documents with the world: what is not as wanted, field by field.  Exit 2 when something is."""
    from reconciler.loop.converge import survey
    from reconciler.planning.render import plan_as_data, render_plan

    codes: list[Exit] = []
    data: list[dict[str, Any]] = []
    with sources.open() as context:
        for experiment in options.experiments_of(context):
            name = experiment.metadata.name
            plan = survey(context.session(name, "diff"), context.compile_desired(experiment)).plan
            codes.append(Exit.OK if plan.converged else Exit.DIFFERENT)
            data.append(plan_as_data(name, plan))
            if form == "text":
                result(render_plan(name, plan) if not plan.converged else f"{name}: no differences")
    if form == "json":
        result_json(data[0] if len(data) == 1 else data)
    return worst(codes)


@click.command("drift")
@options.applied
@options.output("text", "json")
def drift_command(sources: options.Sources, form: str) -> int:
    """Compare what was applied with the world: what changed behind our back.  Exit 2 when something did.

    What cannot be observed is named too: it is no drift, but without drift the exit code is then 3.
    """
    from reconciler.cli.inspect import look_at, recorded_experiments
    from reconciler.planning.render import explain
    from reconciler.spec.text import printable

    found: list[dict[str, Any]] = []
    unknown: list[dict[str, Any]] = []
    with sources.open() as context:
        for name in recorded_experiments(context, sources.names):
            plan = look_at(context, name).plan
            found += [
                {"experiment": name, "address": str(a), "cause": str(s.change.cause), "detail": explain(s.change)}
                for a, s in sorted(plan.steps.items())
            ]
            found += [
                {"experiment": name, "address": str(a), "cause": "foreign", "detail": reason}
                for a, reason in sorted(plan.foreign.items())
            ]
            found += [
                {"experiment": name, "address": str(a), "cause": "waiting", "detail": f"differs; its repair {reason}"}
                for a, reason in plan.waiting.items()
            ]
            unknown += [
                {"experiment": name, "address": str(a), "reason": reason} for a, reason in sorted(plan.unknown.items())
            ]
    if form == "json":
        result_json({"drifted": found, "unknown": unknown})
    else:
        for one in found:
            result(f"{one['address']}: {printable(one['detail'])}")
        for one in unknown:
            result(f"{one['address']}: unknown: {printable(one['reason'])}")
        if not found:
            result("no drift" + (f"; {len(unknown)} resources could not be observed" if unknown else ""))
    return Exit.DIFFERENT if found else Exit.PARTIAL if unknown else Exit.OK
