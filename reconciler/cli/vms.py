"""``vms``: every domU on every host, at once."""

from __future__ import annotations

from dataclasses import asdict

import click

from reconciler.cli import options
from reconciler.cli.exits import Exit
from reconciler.cli.output import result, result_json, table


@click.command("vms")
@options.applied
@options.output("text", "json")
def vms_command(sources: options.Sources, form: str) -> int:
    """List domUs with host, state, IP, MAC and name, asked of the hosts now.

    A state is what its host says: running, paused, crashed, absent; `unknown` when the host does not say.
    """
    from reconciler.runs.survey import recorded_experiments
    from reconciler.runs.vms import vms_of

    with sources.open() as context:
        rows = [asdict(vm) for name in recorded_experiments(context, sources.names) for vm in vms_of(context, name)]
    if form == "json":
        result_json(rows)
    elif rows:
        columns = ["name", "host", "state", "ip", "mac", "experiment"]
        result(table([c.upper() for c in columns], [[row[c] for c in columns] for row in rows]))
    else:
        result("no VMs")
    return Exit.OK
