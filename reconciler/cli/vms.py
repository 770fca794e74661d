"""``vms``: every domU on every host, at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from reconciler.cli import options
from reconciler.cli.exits import Exit
from reconciler.cli.output import result, result_json, table

if TYPE_CHECKING:
    from reconciler.runs.context import Context


@click.command("vms")
@options.applied
@options.output("text", "json")
def vms_command(sources: options.Sources, form: str) -> int:
    """List domUs with host, state, IP, MAC and name, asked of the hosts now.

    A state is what its host says: running, paused, crashed, absent; `unknown` when the host does not say.
    """
    from reconciler.runs.survey import recorded_experiments

    with sources.open() as context:
        rows = [row for name in recorded_experiments(context, sources.names) for row in vm_rows(context, name)]
    if form == "json":
        result_json(rows)
    elif rows:
        columns = ["name", "host", "state", "ip", "mac", "experiment"]
        result(table([c.upper() for c in columns], [[row[c] for c in columns] for row in rows]))
    else:
        result("no VMs")
    return Exit.OK


def vm_rows(context: Context, experiment: str) -> list[dict[str, str]]:
    """One row per domU, in natural order of names; more interfaces give comma-separated addresses."""
    from reconciler.model.resource import Absent, Present
    from reconciler.resources.domain import KIND, Domain
    from reconciler.resources.lease import Lease, derive_mac, render_ipv4
    from reconciler.runs.survey import survey_recorded
    from reconciler.spec.counts import natural

    decision = survey_recorded(context, experiment)
    recorded = decision.world.recorded
    leased = {
        derive_mac(number): render_ipv4(number)
        for resource in recorded.values()
        if isinstance(resource.spec, Lease)
        for run in resource.spec.runs
        for _, number in run.pairs()
    }
    rows = []
    for address in sorted((a for a in recorded if a.kind == KIND.name), key=lambda a: natural(a.name)):
        resource, seen = recorded[address], decision.world.observed.get(address)
        domain = seen.spec if isinstance(seen, Present) else resource.spec
        if not isinstance(domain, Domain):
            continue
        state = domain.state if isinstance(seen, Present) else "absent" if isinstance(seen, Absent) else "unknown"
        macs = [nic.mac for nic in domain.nics]
        rows.append(
            {
                "name": address.name,
                "host": resource.endpoint.host,
                "state": state,
                "ip": ",".join(leased.get(mac, "-") for mac in macs),
                "mac": ",".join(macs),
                "experiment": experiment,
                "domain": domain.name,
                "uuid": domain.uuid,
            }
        )
    return rows
