"""``status``: an experiment as an object with conditions, observed now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from reconciler.cli import options
from reconciler.cli.exits import Exit
from reconciler.cli.output import result, result_json, table

if TYPE_CHECKING:
    from reconciler.wiring import Context


@click.command("status")
@options.applied
@options.output("text", "json")
def status_command(sources: options.Sources, form: str) -> int:
    """Say how experiments are, from what devices answer now: conditions, counts, end of life."""
    from reconciler.cli.inspect import recorded_experiments

    with sources.open() as context:
        found = [status_of(context, name) for name in recorded_experiments(context, sources.names)]
    if form == "json":
        result_json(found[0] if len(found) == 1 else found)
    for one in found if form == "text" else ():
        result(_render(one))
    if not found and form == "text":
        result("no experiment was applied here")
    return Exit.OK


def status_of(context: Context, experiment: str) -> dict[str, Any]:
    """The Kubernetes-shaped object of one experiment."""
    from reconciler.cli.inspect import look_at
    from reconciler.planning.conditions import conditions
    from reconciler.wiring import utc_now

    row = context.store.experiment(experiment)
    decision = look_at(context, experiment)
    now = utc_now()
    ends = row.expires_at if row is not None else None
    causes = {address: step.change.cause for address, step in decision.plan.steps.items()}
    kinds = [address.kind for address in decision.world.recorded]
    document = context.catalogue.experiments.get(experiment)
    found: dict[str, Any] = {
        "apiVersion": "reconciler/v1alpha1",
        "kind": "Experiment",
        "metadata": {"name": experiment, "generation": row.generation if row else 0},
    }
    if document is not None:
        found["spec"] = document.model_dump(mode="json", by_alias=True)["spec"]
    found["status"] = {
        "observedGeneration": row.generation if row else 0,
        "observedAt": now.isoformat(timespec="seconds"),
        "createdAt": row.created_at.isoformat() if row and row.created_at else None,
        "expiresAt": ends.isoformat() if ends else None,
        "resources": {kind: kinds.count(kind) for kind in sorted(set(kinds))},
        "conditions": [
            {"type": c.type, "status": c.status, "reason": c.reason, "message": c.message}
            for c in conditions(decision.world, causes, ends, now)
        ],
    }
    return found


def _render(one: dict[str, Any]) -> str:
    status = one["status"]
    counts = ", ".join(f"{count} {kind}" for kind, count in status["resources"].items())
    ends = f", ends {status['expiresAt'][:16].replace('T', ' ')} UTC" if status["expiresAt"] else ""
    rows = [[c["type"], c["status"], c["reason"], c["message"]] for c in status["conditions"]]
    head = f"{one['metadata']['name']}: generation {one['metadata']['generation']}{ends}\n{counts or 'no resources'}\n"
    return head + table(["CONDITION", "STATUS", "REASON", "MESSAGE"], rows)
