"""Everything that the campaign tries, in order, and which fields that covers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from tests.campaigns.acto.campaign import Acto, Verdict
from tests.campaigns.acto.coverage import Coverage, coverage
from tests.campaigns.acto.documents import base
from tests.campaigns.acto.generate import (
    Case,
    changed_fields,
    idle_cases,
    invalid_cases,
    invalid_site_cases,
    valid_cases,
)
from tests.campaigns.acto.recipes import refused_by_the_world
from tests.campaigns.acto.site_changes import site_changes, spare_changes
from tests.campaigns.stage.stage import texts_under

MOST = 3
"""So many valid changes of one field of an experiment and its images."""


@dataclass(frozen=True, slots=True)
class Trial:
    """``sort`` is what it counts as; ``fields`` are those it changes."""

    sort: str
    name: str
    fields: frozenset[str]
    judge: Callable[[], Verdict]


@dataclass(frozen=True, slots=True)
class Trials:
    all: tuple[Trial, ...]
    coverage: Coverage


def carry_out(acto: Acto, trials: Iterable[Trial]) -> Iterator[tuple[Trial, Verdict]]:
    """One after the other; what is meant to change nothing begins where the one before it left off."""
    before: Trial | None = None
    for trial in trials:
        if before is None or before.sort != trial.sort:
            acto.begin()
        verdict = trial.judge()
        yield trial, verdict
        before = trial if not verdict.wrong else None


def everything(acto: Acto, most: int) -> Trials:
    """``most`` valid changes of each field; all others are always there."""
    trials = tuple(_trials(acto, most))
    valid = [trial.fields for trial in trials if trial.sort != "misuses"]
    return Trials(trials, coverage(valid, [trial.fields for trial in trials if trial.sort == "misuses"]))


def _trials(acto: Acto, most: int) -> Iterator[Trial]:
    documents, sites = base(), texts_under("specs/sites")
    with_sites = acto.with_sites(documents)
    for case in valid_cases(documents, sites, most):
        yield Trial("transitions", case.name, case.fields, partial(acto.transition, case))
    for change in site_changes(with_sites):
        fields = changed_fields(with_sites, change.documents)
        yield Trial("transitions", change.name, fields, partial(acto.site_change, change, fields))
    for recipe in refused_by_the_world():
        yield Trial("refusals", recipe.name, frozenset(), partial(acto.refusal, recipe))
    for case in idle_cases(with_sites, 1):
        yield Trial("idle changes", case.name, case.fields, partial(acto.idle, case))
    for change in spare_changes(with_sites):
        case = Case(change.name, change.documents, changed_fields(with_sites, change.documents))
        yield Trial("idle changes", case.name, case.fields, partial(acto.idle, case))
    for case in (*invalid_cases(documents, sites), *invalid_site_cases(with_sites)):
        yield Trial("misuses", case.name, case.fields, partial(acto.misuse, case))
