"""Looking at what was applied, without its documents: recorded against observed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reconciler.loop.converge import Decision, look
from reconciler.wiring import Workshop


def look_at(workshop: Workshop, experiment: str) -> Decision:
    """What the devices say of everything recorded of the experiment.  Changes nothing."""
    return look(workshop.session(experiment, "look"), lambda book: book.recorded)


def recorded_experiments(workshop: Workshop, names: Sequence[str]) -> Iterator[str]:
    """The experiments to look at: those named, those of the documents, else all that live."""
    wanted = set(names) or set(workshop.catalogue.experiments)
    for row in workshop.store.experiments():
        if row.name in wanted or (not wanted and row.created_at is not None):
            yield row.name
