"""How an experiment is, observed now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from reconciler.planning.conditions import Condition, conditions
from reconciler.runs.context import Context
from reconciler.runs.survey import survey_recorded

if TYPE_CHECKING:
    from reconciler.spec.experiment import Experiment


@dataclass(frozen=True, slots=True)
class ExperimentStatus:
    """``resources`` counts what is recorded by kind; ``document`` is None when the documents do not hold it."""

    name: str
    generation: int
    observed_at: datetime
    created_at: datetime | None
    expires_at: datetime | None
    resources: Mapping[str, int]
    conditions: tuple[Condition, ...]
    document: Experiment | None


def status_of(context: Context, experiment: str) -> ExperimentStatus:
    """Asks every device that has something of it."""
    row, decision, now = context.store.experiment(experiment), survey_recorded(context, experiment), context.now()
    ends = row.expires_at if row else None
    causes = {address: step.change.cause for address, step in decision.plan.steps.items()}
    kinds = [address.kind for address in decision.world.recorded]
    return ExperimentStatus(
        experiment,
        row.generation if row else 0,
        now,
        row.created_at if row else None,
        ends,
        {kind: kinds.count(kind) for kind in sorted(set(kinds))},
        tuple(conditions(decision.world, causes, ends, now)),
        context.catalogue.experiments.get(experiment),
    )
