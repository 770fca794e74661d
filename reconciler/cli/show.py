"""``show``: what was applied, resource by resource; or a saved plan."""

from __future__ import annotations

from typing import Any

import click

from reconciler.cli import options
from reconciler.cli.exits import Exit
from reconciler.cli.output import result, result_json


@click.command("show")
@click.argument("what", metavar="EXPERIMENT|PLAN")
@click.option("--resource", metavar="GLOB", help="Only resources whose address matches, as 'domain/*/web-*'.")
@options.output("text", "json")
@click.pass_context
def show_command(ctx: click.Context, what: str, resource: str | None, form: str) -> int:
    """Print what is recorded of an experiment, or what a saved plan holds.  Asks no device."""
    from fnmatch import fnmatchcase
    from pathlib import Path

    from reconciler.planning.render import to_data

    if Path(what).exists():
        return _show_plan(what, form)
    store = options.open_store_of(ctx)
    try:
        recorded = store.allocations(what).recorded
    finally:
        store.close()
    chosen = {a: r for a, r in sorted(recorded.items()) if resource is None or fnmatchcase(str(a), resource)}
    if not chosen:
        raise click.UsageError(f"nothing recorded matches {resource or what!r}")
    if form == "json":
        result_json([_as_data(str(a), r.endpoint, to_data(r.spec), r.needs) for a, r in chosen.items()])
    else:
        for address, found in chosen.items():
            result(f"{address} on {found.endpoint}")
            for key, value in to_data(found.spec).items():
                result(f"    {key}: {value}")
    return Exit.OK


def _as_data(address: str, endpoint: object, spec: Any, needs: Any) -> dict[str, Any]:
    return {"address": address, "endpoint": str(endpoint), "spec": spec, "needs": [str(n) for n in sorted(needs)]}


def _show_plan(path: str, form: str) -> int:
    from reconciler.cli.plan_file import read_plan

    saved = read_plan(path)
    if form == "json":
        result_json({"experiment": saved.experiment, "digest": saved.digest, **saved.plan})
        return Exit.OK
    result(f"Plan for {saved.experiment}: {saved.plan['summary']}")
    for change in saved.plan["changes"]:
        result(
            f"  {change['action']} {change['address']} on {change['endpoint']}  ({change['cause']}, {change['impact']})"
        )
        for command in change["commands"]:
            for line in command.splitlines():
                result(f"      {line}")
    return Exit.OK
