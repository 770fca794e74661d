"""``drift``: what was applied against the world, without documents."""

from __future__ import annotations

from dataclasses import asdict

import click

from reconciler.cli import options
from reconciler.cli.exits import Exit
from reconciler.cli.output import result, result_json


@click.command("drift")
@options.applied
@options.output("text", "json")
def drift_command(sources: options.Sources, form: str) -> int:
    """Compare what was applied with the observed state.  Exit 2 when something did.

    What cannot be observed is named too: it is no drift, but without drift the exit code is then 3.
    """
    from reconciler.runs.survey import drift
    from reconciler.spec.text import printable

    with sources.open() as context:
        found = drift(context, sources.names)
    if form == "json":
        result_json({"drifted": list(map(asdict, found.drifted)), "unknown": list(map(asdict, found.unknown))})
    else:
        for one in found.drifted:
            result(f"{one.address}: {printable(one.detail)}")
        for lost in found.unknown:
            result(f"{lost.address}: unknown: {printable(lost.reason)}")
        if not found.drifted:
            result("no drift" + (f"; {len(found.unknown)} resources could not be observed" if found.unknown else ""))
    return Exit.DIFFERENT if found.drifted else Exit.PARTIAL if found.unknown else Exit.OK
