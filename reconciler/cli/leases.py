"""``leases``: the address books."""

from __future__ import annotations

from dataclasses import asdict

import click

from reconciler.cli import options
from reconciler.cli.exits import Exit
from reconciler.cli.output import result, result_json, table


@click.group("leases")
def leases_command() -> None:
    """What is held in the address books: nodes, addresses with their MACs, VLAN ids."""


@leases_command.command("list")
@click.argument("experiment", required=False)
@options.output("text", "json")
@click.pass_context
def list_command(ctx: click.Context, experiment: str | None, form: str) -> int:
    """List what is held, and what is in quarantine after its return."""
    from reconciler.cli.inspect import refuse_unknown
    from reconciler.wiring import open_store

    store = open_store(options.folder_of(ctx))
    try:
        if experiment is not None:
            refuse_unknown([experiment], [row.name for row in store.experiments()])
        rows = store.leases.rows(experiment)
    finally:
        store.close()
    if form == "json":
        result_json([asdict(row) for row in rows])
    elif rows:
        headers = ["POOL", "WHAT", "MAC", "EXPERIMENT", "HOLDER", "MEMBER", "STATE"]
        result(table(headers, [[r.pool, r.what, r.mac, r.experiment, r.holder, r.member, r.state] for r in rows]))
    else:
        result("nothing is held")
    return Exit.OK
