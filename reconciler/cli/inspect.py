"""Looking at what was applied, without its documents: recorded against observed."""

from __future__ import annotations

from collections.abc import Sequence

import click

from reconciler.engine.effects import Decision
from reconciler.loop.converge import survey
from reconciler.model.desired import Desired
from reconciler.wiring import Context


def look_at(context: Context, experiment: str) -> Decision:
    """What the devices say of everything recorded of the experiment.  Changes nothing."""
    return survey(context.session(experiment, "look"), lambda held: Desired(held.recorded, held.pending))


def recorded_experiments(context: Context, names: Sequence[str]) -> list[str]:
    """The experiments to look at: those named, those of the documents, else all that live.

    A name that was never applied is a mistake, and no empty answer.
    """
    rows = context.store.experiments()
    refuse_unknown(names, [row.name for row in rows])
    wanted = set(names) or set(context.catalogue.experiments)
    return [row.name for row in rows if row.name in wanted or (not wanted and row.created_at is not None)]


def refuse_unknown(names: Sequence[str], known: Sequence[str]) -> None:
    for name in names:
        if name not in known:
            there = f"there are {', '.join(sorted(known))}" if known else "there is none"
            raise click.UsageError(f"no experiment named {name} was applied here; {there}")
