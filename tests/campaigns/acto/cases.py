"""Everything that the campaign tries, in order, and which fields that covers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from tests.campaigns.acto.campaign import Acto, Verdict
from tests.campaigns.acto.coverage import Coverage, coverage
from tests.campaigns.acto.documents import Tree, base
from tests.campaigns.acto.generate import (
    CHANGED_KINDS,
    Case,
    changed_fields,
    idle_cases,
    impossible_cases,
    senseless_cases,
    valid_cases,
)
from tests.campaigns.acto.recipes import Recipe, refused_by_the_world
from tests.campaigns.acto.site_changes import SiteChange, site_changes, spare_changes, with_sites
from tests.campaigns.stage.stage import texts_under

MOST = 3
"""So many valid changes of one field of an experiment and its images."""


@dataclass(frozen=True, slots=True)
class Trial:
    """``sort`` is what it counts as; ``fields`` are those it changes."""

    sort: str
    name: str
    fields: frozenset[str]
    judge: Callable[[Acto], Verdict]


def all_trials(sites: Mapping[str, Tree], most: int, *, senseless: bool = True) -> Iterator[Trial]:
    """``most`` valid changes of each field.  ``sites`` are as they are reached.

    ``senseless``: also what the schema allows and the product finds senseless; a thousand, and slow to find.
    """
    documents, texts = base(), texts_under("specs/sites")
    reached = with_sites(documents, sites)
    for case in valid_cases(documents, texts, most):
        yield _trial("transitions", case, Acto.transition)
    for change in site_changes(reached):
        fields = changed_fields(reached, change.documents)
        yield Trial("transitions", change.name, fields, partial(_site_change, change, fields))
    for recipe in refused_by_the_world():
        yield Trial("refusals", recipe.name, frozenset(), partial(_refusal, recipe))
    for case in idle_cases(reached, 1):
        yield _trial("idle changes", case, Acto.idle)
    for change in spare_changes(reached):
        case = Case(change.name, change.documents, changed_fields(reached, change.documents))
        yield _trial("idle changes", case, Acto.idle)
    for case in (*impossible_cases(documents, CHANGED_KINDS), *impossible_cases(reached, ("Site",), most=1)):
        yield _trial("misuses", case, Acto.misuse)
    if senseless:
        for case in senseless_cases(documents, texts):
            yield _trial("misuses", case, Acto.misuse)


def _trial(sort: str, case: Case, judge: Callable[[Acto, Case], Verdict]) -> Trial:
    return Trial(sort, case.name, case.fields, lambda acto: judge(acto, case))


def _site_change(change: SiteChange, fields: frozenset[str], acto: Acto) -> Verdict:
    return acto.site_change(change, fields)


def _refusal(recipe: Recipe, acto: Acto) -> Verdict:
    return acto.refusal(recipe)


def covered(trials: Iterable[Trial]) -> Coverage:
    """By whatever happens to the fields, and by what is refused."""
    done = list(trials)
    valid = [trial.fields for trial in done if trial.sort != "misuses"]
    return coverage(valid, [trial.fields for trial in done if trial.sort == "misuses"])


def carry_out(acto: Acto, trials: Iterable[Trial]) -> Iterator[tuple[Trial, Verdict]]:
    """One after the other; what is meant to change nothing begins where the one before it left off."""
    before: Trial | None = None
    for trial in trials:
        if before is None or before.sort != trial.sort:
            acto.begin()
        verdict = trial.judge(acto)
        yield trial, verdict
        before = trial if not verdict.wrong else None
