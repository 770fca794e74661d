"""Files to a catalogue: read, validate, gather, check; all problems of all files at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reconciler.model.diagnostic import Diagnostic, Severity, Span
from reconciler.model.errors import SpecError
from reconciler.spec.catalogue import AnyDocument, Catalogue
from reconciler.spec.check import check
from reconciler.spec.check_drivers import SHIPPED, KnownDrivers
from reconciler.spec.environment import DiskImage, Environment
from reconciler.spec.experiment import Experiment
from reconciler.spec.limits import Limits
from reconciler.spec.read import read
from reconciler.spec.site import Site
from reconciler.spec.suspects import Suspects
from reconciler.spec.text import quote
from reconciler.spec.tree import Tree
from reconciler.spec.validate import validate


@dataclass(frozen=True, slots=True)
class Examination:
    """``catalogue`` is there when no diagnostic is an error; ``diagnostics`` are in file order, warnings included."""

    catalogue: Catalogue | None
    diagnostics: tuple[Diagnostic, ...]


def load(files: Mapping[str, str], limits: Limits | None = None, drivers: KnownDrivers = SHIPPED) -> Catalogue:
    """Read and check all documents; ``files`` are texts by the name to show, ``drivers`` those that are installed.

    Raises:
        SpecError: with every problem found.
    """
    examination = examine(files, limits, drivers)
    if examination.catalogue is None:
        raise SpecError(examination.diagnostics)
    return examination.catalogue


def examine(files: Mapping[str, str], limits: Limits | None = None, drivers: KnownDrivers = SHIPPED) -> Examination:
    """As ``load``, for those who want the warnings too."""
    found: list[Diagnostic] = []
    documents: list[tuple[AnyDocument, Tree]] = []
    suspects = Suspects()
    for file, text in files.items():
        reading = read(text, file, limits)
        found += reading.diagnostics
        suspects = suspects.with_file(complete=reading.complete)
        for tree in reading.trees:
            document = validate(tree)
            if isinstance(document, tuple):
                found += document
                suspects = suspects.with_document(tree.get("kind"), tree.get("metadata", "name"))
            else:
                documents.append((document, tree))
    found += _doubles(documents)
    catalogue = _gather(documents)
    found += check(catalogue, suspects, drivers)
    diagnostics = _in_file_order(found, files)
    failed = any(d.severity is Severity.ERROR for d in diagnostics)
    return Examination(None if failed else catalogue, diagnostics)


def _in_file_order(found: Iterable[Diagnostic], files: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    order = {file: index for index, file in enumerate(files)}

    def key(diagnostic: Diagnostic) -> tuple[int, int, int, str, str]:
        span = diagnostic.span or Span("", 0, 0)
        return order.get(span.file, -1), span.line, span.column, diagnostic.code, diagnostic.summary

    return tuple(sorted(dict.fromkeys(found), key=key))


def _doubles(documents: Iterable[tuple[AnyDocument, Tree]]) -> list[Diagnostic]:
    first: dict[tuple[str, str], Tree] = {}
    found = []
    for document, tree in documents:
        key = (document.kind, document.metadata.name)
        if key in first:
            summary = f"a second {document.kind} named {quote(document.metadata.name)}"
            hint = f"the first is at {first[key].span(('metadata', 'name'))}"
            found.append(Diagnostic("S212", summary, tree.span(("metadata", "name")), hint))
        first.setdefault(key, tree)
    return found


def _gather(documents: Iterable[tuple[AnyDocument, Tree]]) -> Catalogue:
    """By kind and name, sorted by name; of two with the same name the first counts."""
    first: dict[tuple[str, str], tuple[AnyDocument, Tree]] = {}
    for document, tree in documents:
        first.setdefault((document.kind, document.metadata.name), (document, tree))
    ordered = [first[key] for key in sorted(first)]
    return Catalogue(
        experiments={d.metadata.name: d for d, _ in ordered if isinstance(d, Experiment)},
        sites={d.metadata.name: d for d, _ in ordered if isinstance(d, Site)},
        environments={d.metadata.name: d for d, _ in ordered if isinstance(d, Environment)},
        disk_images={d.metadata.name: d for d, _ in ordered if isinstance(d, DiskImage)},
        trees={(d.kind, d.metadata.name): tree for d, tree in ordered},
    )
