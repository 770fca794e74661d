"""Every transition and every misuse: from the schema's fields, and from the recipes."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from reconciler.spec.load import examine
from tests.campaigns.acto.documents import Documents, Tree, experiment_of, render
from tests.campaigns.acto.fields import differing_fields, fields_of
from tests.campaigns.acto.places import places
from tests.campaigns.acto.recipes import together
from tests.campaigns.acto.site_changes import SPARE
from tests.campaigns.acto.values import impossible, plausible

CHANGED_KINDS = ("Experiment", "Environment", "DiskImage")


@dataclass(frozen=True, slots=True)
class Case:
    """Documents that differ from those it began with in ``fields``."""

    name: str
    documents: Documents
    fields: frozenset[str]


def valid_cases(before: Documents, sites: dict[str, str], most: int) -> Iterator[Case]:
    """The recipes, then at most so many changes of each single field that the product finds valid."""
    for recipe in together():
        after = recipe.applied(before)
        problem = first_problem(after, sites)
        assert problem is None, f"{recipe.name} was meant to be valid: {problem}"
        yield Case(recipe.name, after, changed_fields(before, after))
    for kind in CHANGED_KINDS:
        for field in fields_of(kind).values():
            found = _plausible_cases(before, field.path)
            yield from islice((case for case in found if not first_problem(case.documents, sites)), most)


def senseless_cases(before: Documents, sites: dict[str, str]) -> Iterator[Case]:
    """What the schema allows and the product refuses: unknown names, sums that do not add up."""
    for kind in CHANGED_KINDS:
        for field in fields_of(kind).values():
            yield from (c for c in _plausible_cases(before, field.path) if first_problem(c.documents, sites))


def impossible_cases(before: Documents, kinds: Collection[str], most: int | None = None) -> Iterator[Case]:
    """What the schema forbids in each field, at its first so many places: nodes and switches are all alike."""
    for kind in kinds:
        for field in fields_of(kind).values():
            for place in islice(places(field, before), most):
                for value in impossible(field):
                    after = place.changed(before, value)
                    if after != before:
                        yield Case(f"{place} = {value!r:.40}", after, frozenset((field.path,)))


def idle_cases(before: Documents, most: int) -> Iterator[Case]:
    """Valid changes of each field of a Site that nothing uses: whether it is valid, it says alone."""
    for field in fields_of("Site").values():
        found = _plausible_cases(before, field.path, SPARE)
        yield from islice((case for case in found if not first_problem(_sites_of(case.documents, SPARE), {})), most)


def _sites_of(documents: Documents, name: str) -> Documents:
    return {key: tree for key, tree in documents.items() if key == ("Site", name)}


def _plausible_cases(before: Documents, path: str, document: str = "") -> Iterator[Case]:
    """In the documents of that name, or in all."""
    field = fields_of(path.partition(".")[0])[path]
    names = tuple(sorted(set(_names(before))))
    for place in places(field, before):
        if document not in ("", place.document[1]):
            continue
        for value in plausible(field, place.value(before), names):
            after = place.changed(before, value)
            if (
                after != before
                and experiment_of(after)["metadata"]["name"] == experiment_of(before)["metadata"]["name"]
            ):
                yield Case(f"{place} = {value!r:.60}", after, frozenset((path,)))


def _names(documents: Documents) -> Iterator[str]:
    yield from (name for _, name in documents)
    spec = experiment_of(documents)["spec"]
    for part in ("nodes", "networks", "vms"):
        yield from (item["name"] for item in spec[part])
    for group in spec["nodes"]:
        yield from (group["site"], *group.get("nodes", ()))
    for (kind, _), tree in documents.items():
        if kind == "Site":
            yield from (switch["name"] for switch in tree["spec"]["switches"])


def changed_fields(before: Documents, after: Documents) -> frozenset[str]:
    """Compared kind by kind and in order: a document may have another name."""
    return frozenset(
        field
        for (kind, tree), (_, other) in zip(_ordered(before), _ordered(after), strict=True)
        for field in differing_fields(kind, tree, other)
    )


def _ordered(documents: Documents) -> list[tuple[str, Tree]]:
    return [(kind, tree) for (kind, _), tree in documents.items()]


def first_problem(documents: Documents, sites: dict[str, str]) -> str | None:
    """The first error that the product finds in them; None when they are valid."""
    return _first_problem(render(documents), tuple(sites.items()))


@lru_cache(maxsize=100_000)
def _first_problem(text: str, sites: tuple[tuple[str, str], ...]) -> str | None:
    examination = examine({"documents.yaml": text, **dict(sites)})
    return None if examination.catalogue is not None else str(examination.diagnostics[0])
