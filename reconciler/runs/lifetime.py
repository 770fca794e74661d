"""The bounds that an experiment's lifetime sets to its runs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reconciler.loop.run_context import RunContext
from reconciler.planning.lifetime import Lifetime
from reconciler.runs.context import Context

if TYPE_CHECKING:
    from reconciler.spec.experiment import Experiment


def expiry_destroys(experiment: Experiment) -> bool:
    lifetime = experiment.spec.lifetime
    return lifetime is not None and lifetime.on_expiry.value == "destroy"


def lifetime_of(context: Context, experiment: Experiment) -> Lifetime:
    """How long the experiment is to live, by its document as it is now."""
    row, lifetime = context.store.experiment(experiment.metadata.name), experiment.spec.lifetime
    began, walltime = row.created_at if row else None, lifetime.walltime if lifetime else None
    return Lifetime.of(began, walltime, destroys=expiry_destroys(experiment))


def bounded(context: Context, experiment: Experiment, session: RunContext) -> RunContext:
    """Make nothing that could not be taken down in time; where it is to go at the end, end the run for that."""
    lifetime = lifetime_of(context, experiment)
    closes_s = session.now_s() + lifetime.closes_in_s(context.now())
    deadline_s = min(session.deadline_s, closes_s) if lifetime.destroys else session.deadline_s
    return replace(session, closes_s=closes_s, deadline_s=deadline_s)


def unbounded(session: RunContext) -> RunContext:
    """What is taken down has no bound."""
    return replace(session, closes_s=float("inf"), deadline_s=float("inf"))
