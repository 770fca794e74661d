"""Looking without touching: what apply would do, what was applied against what is there, what drifted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.engine.effects import Decision
from reconciler.loop.converge import survey
from reconciler.model.desired import Desired
from reconciler.model.errors import NotFound
from reconciler.planning.narrow import EVERYTHING, Selection
from reconciler.planning.render import explain
from reconciler.runs.context import Context

if TYPE_CHECKING:
    from reconciler.spec.experiment import Experiment


def plan(context: Context, experiment: Experiment, selection: Selection = EVERYTHING, run: str = "plan") -> Decision:
    """What apply would do now.  ``run`` is how the look calls itself.

    Raises:
        NotFound: a glob of the selection matches nothing.
    """
    session, compile_desired = context.session(experiment.metadata.name, run), context.compile_desired(experiment)
    decision = survey(session, compile_desired, None, selection)
    check_selection(selection, decision)
    return decision


def check_selection(selection: Selection, decision: Decision) -> None:
    """Raises NotFound: a glob matches nothing, which is a mistake and not "nothing to do"."""
    unmatched = selection.unmatched([*decision.world.desired, *decision.world.recorded])
    if unmatched:
        raise NotFound(f"{unmatched[0]!r} matches nothing; `reconciler show EXPERIMENT` lists addresses")


def survey_recorded(context: Context, experiment: str) -> Decision:
    """What the devices say of everything recorded of the experiment, without its documents."""
    return survey(context.session(experiment, "look"), lambda held: Desired(held.recorded, held.pending))


def recorded_experiments(context: Context, names: Sequence[str]) -> list[str]:
    """The experiments to look at: those named, those of the documents, else all that live.

    Raises:
        NotFound: a name that was never applied.
    """
    rows = context.store.experiments()
    require_known(names, [row.name for row in rows])
    wanted = set(names) or set(context.catalogue.experiments)
    return [row.name for row in rows if row.name in wanted or (not wanted and row.created_at is not None)]


def require_known(names: Sequence[str], known: Sequence[str]) -> None:
    """Raises NotFound: a name is none of those that are known."""
    for name in names:
        if name not in known:
            there = f"there are {', '.join(sorted(known))}" if known else "there is none"
            raise NotFound(f"no experiment named {name} was applied here; {there}")


@dataclass(frozen=True, slots=True)
class Drifted:
    """One resource that is not as it was applied; ``cause`` is that of its repair, ``foreign`` or ``waiting``."""

    experiment: str
    address: str
    cause: str
    detail: str


@dataclass(frozen=True, slots=True)
class Unobserved:
    experiment: str
    address: str
    reason: str


@dataclass(frozen=True, slots=True)
class Drift:
    """What changed since it was applied, and what could not be observed: that is no drift."""

    drifted: tuple[Drifted, ...]
    unknown: tuple[Unobserved, ...]


def drift(context: Context, names: Sequence[str] = ()) -> Drift:
    """Of the experiments that ``recorded_experiments`` gives; raises as it does."""
    plans = {name: survey_recorded(context, name).plan for name in recorded_experiments(context, names)}
    found: list[Drifted] = []
    for name, seen in plans.items():
        steps = sorted(seen.steps.items())
        found += [Drifted(name, str(a), str(step.change.cause), explain(step.change)) for a, step in steps]
        found += [Drifted(name, str(a), "foreign", why) for a, why in sorted(seen.foreign.items())]
        found += [Drifted(name, str(a), "waiting", f"differs; its repair {why}") for a, why in seen.waiting.items()]
    unknown = [Unobserved(name, str(a), why) for name, p in plans.items() for a, why in sorted(p.unknown.items())]
    return Drift(tuple(found), tuple(unknown))
