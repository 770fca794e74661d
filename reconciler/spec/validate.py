"""A tree becomes a document of its kind, or diagnostics that point into it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TypeAlias

from pydantic import ValidationError

from reconciler.model.diagnostic import Diagnostic
from reconciler.spec.catalogue import AnyDocument
from reconciler.spec.document import API_VERSION
from reconciler.spec.environment import DiskImage, Environment
from reconciler.spec.experiment import Experiment
from reconciler.spec.explain import explain
from reconciler.spec.site import Site
from reconciler.spec.suggest import suggest
from reconciler.spec.text import quote
from reconciler.spec.tree import Tree, pack_spot

Model: TypeAlias = type[Experiment] | type[Site] | type[Environment] | type[DiskImage]
KINDS: Mapping[str, Model] = MappingProxyType(
    {"Experiment": Experiment, "Site": Site, "Environment": Environment, "DiskImage": DiskImage}
)


def validate(tree: Tree) -> AnyDocument | tuple[Diagnostic, ...]:
    """Read one document.  Values already complained about are not complained about again: the tuple may be empty."""
    found = _validate(tree)
    if not isinstance(found, tuple):
        # The values are sound only where no filler stands in for one that was refused.
        return () if tree.spoilt else found
    return tuple(d for d in found if d.span is None or pack_spot(d.span.line, d.span.column) not in tree.spoilt)


def _validate(tree: Tree) -> AnyDocument | tuple[Diagnostic, ...]:
    refusal = _refuse_envelope(tree)
    if refusal:
        return (refusal,)
    model = KINDS[str(tree.get("kind"))]
    try:
        # JSON, because strict validation of Python values would want enums and tuples where YAML has text and lists.
        return model.model_validate_json(json.dumps(tree.value))
    except ValidationError as error:
        return tuple(explain(error, model, tree))


def _refuse_envelope(tree: Tree) -> Diagnostic | None:
    """What is wrong with a document before its kind can be asked what else is."""
    return next(_envelope_problems(tree), None)


def _envelope_problems(tree: Tree) -> Iterator[Diagnostic]:
    if not isinstance(tree.value, dict):
        yield Diagnostic("S201", "a document is a mapping with apiVersion, kind, metadata and spec", tree.span())
        return
    kind = tree.get("kind")
    if kind is None:
        yield Diagnostic("S202", "the document has no kind", tree.span(["kind"]), f"kind: {' or '.join(KINDS)}")
    elif not isinstance(kind, str) or kind not in KINDS:
        yield Diagnostic("S203", f"unknown kind {quote(kind)}", tree.span(["kind"]), suggest(str(kind), KINDS))
    version = tree.get("apiVersion")
    if version is not None and version != API_VERSION:
        summary = f"unknown apiVersion {quote(version)}"
        yield Diagnostic("S204", summary, tree.span(["apiVersion"]), f"this version reads {API_VERSION}")
