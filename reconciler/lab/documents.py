"""The documents a lab is made from: Sites, and the Environments its deployers know."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, cast

from reconciler.model.diagnostic import Diagnostic, Severity, Span
from reconciler.model.errors import Refused, SpecError
from reconciler.spec.environment import Environment
from reconciler.spec.limits import Limits
from reconciler.spec.read import read
from reconciler.spec.site import Site
from reconciler.spec.tree import Tree
from reconciler.spec.validate import validate

MAX_BYTES = 16 << 20


@dataclass(frozen=True, slots=True)
class Inventory:
    """``texts`` is what it was read from, by file name; ``trees`` are the Site documents as they were written."""

    sites: tuple[Site, ...]
    environments: tuple[Environment, ...]
    trees: Mapping[str, dict[str, Any]]
    texts: Mapping[str, str]
    digest: str
    """The same for the same documents, however they are laid out or spread over files."""


def default_texts() -> Mapping[str, str]:
    """The lab's own sites, for whoever has none."""
    folder = files("reconciler.lab") / "default"
    found = {entry.name: entry.read_text() for entry in folder.iterdir() if entry.name.endswith(".yaml")}
    return dict(sorted(found.items()))


def read_inventory(texts: Mapping[str, str]) -> Inventory:
    """Read Site and Environment documents; documents of other kinds are left to others.

    Raises:
        SpecError: something cannot be read, or a site is there twice; with every place.
        Refused: there is no Site at all.
    """
    trees, found = _read_trees(texts)
    sites: dict[str, tuple[Site, Tree]] = {}
    environments: list[Environment] = []
    for tree in trees:
        match validate(tree):
            case Site() as site:
                if earlier := sites.get(site.metadata.name):
                    found.append(_double(tree, earlier[1].span(("metadata", "name"))))
                sites[site.metadata.name] = site, tree
            case Environment() as environment:
                environments.append(environment)
            case tuple() as diagnostics:
                found += diagnostics
    if any(diagnostic.severity is Severity.ERROR for diagnostic in found):
        raise SpecError(tuple(found))
    if not sites:
        raise Refused(f"no Site document in {', '.join(texts) or 'no file'}; use --site with a file that has one")
    return Inventory(
        tuple(sites[name][0] for name in sorted(sites)),
        tuple(environments),
        {name: cast("dict[str, Any]", tree.value) for name, (_, tree) in sorted(sites.items())},
        dict(texts),
        _digest(trees),
    )


def _read_trees(texts: Mapping[str, str]) -> tuple[list[Tree], list[Diagnostic]]:
    trees: list[Tree] = []
    found: list[Diagnostic] = []
    for file, text in texts.items():
        reading = read(text, file, Limits.for_bytes(MAX_BYTES))
        found += reading.diagnostics
        trees += [tree for tree in reading.trees if tree.get("kind") not in ("Experiment", "DiskImage")]
    return trees, found


def _double(tree: Tree, first: Span) -> Diagnostic:
    name = tree.get("metadata", "name")
    return Diagnostic(
        "S212", f"a second Site named {name}", tree.span(("metadata", "name")), f"the first is at {first}"
    )


def _digest(trees: list[Tree]) -> str:
    texts = sorted(json.dumps(tree.value, sort_keys=True) for tree in trees)
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()
