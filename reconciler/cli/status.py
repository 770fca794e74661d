"""``status``: an experiment as an object with conditions, observed now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from reconciler.cli import options
from reconciler.cli.exits import Exit
from reconciler.cli.output import result, result_json, table

if TYPE_CHECKING:
    from reconciler.runs.status import ExperimentStatus


@click.command("status")
@options.applied
@options.output("text", "json")
def status_command(sources: options.Sources, form: str) -> int:
    """Say how experiments are, from what devices answer now: conditions, counts, end of life."""
    from reconciler.runs.status import status_of
    from reconciler.runs.survey import recorded_experiments

    with sources.open() as context:
        found = [status_of(context, name) for name in recorded_experiments(context, sources.names)]
    if form == "json":
        data = [_as_data(one) for one in found]
        result_json(data[0] if len(data) == 1 else data)
    for one in found if form == "text" else ():
        result(_render(one))
    if not found and form == "text":
        result("no experiment was applied here")
    return Exit.OK


def _as_data(one: ExperimentStatus) -> dict[str, Any]:
    """As Kubernetes shapes an object."""
    found: dict[str, Any] = {
        "apiVersion": "reconciler/v1alpha1",
        "kind": "Experiment",
        "metadata": {"name": one.name, "generation": one.generation},
    }
    if one.document is not None:
        found["spec"] = one.document.model_dump(mode="json", by_alias=True)["spec"]
    found["status"] = {
        "observedGeneration": one.generation,
        "observedAt": one.observed_at.isoformat(timespec="seconds"),
        "createdAt": one.created_at.isoformat() if one.created_at else None,
        "expiresAt": one.expires_at.isoformat() if one.expires_at else None,
        "resources": dict(one.resources),
        "conditions": [
            {"type": c.type, "status": c.status, "reason": c.reason, "message": c.message} for c in one.conditions
        ],
    }
    return found


def _render(one: ExperimentStatus) -> str:
    counts = ", ".join(f"{count} {kind}" for kind, count in one.resources.items())
    ends = f", ends {one.expires_at:%Y-%m-%d %H:%M} UTC" if one.expires_at else ""
    rows = [[c.type, c.status, c.reason, c.message] for c in one.conditions]
    head = f"{one.name}: generation {one.generation}{ends}\n{counts or 'no resources'}\n"
    return head + table(["CONDITION", "STATUS", "REASON", "MESSAGE"], rows)
