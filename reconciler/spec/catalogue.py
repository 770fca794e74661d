"""All documents of a run by name, and where each of their values stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from reconciler.model.diagnostic import Diagnostic, Severity, Span
from reconciler.spec.environment import DiskImage, Environment
from reconciler.spec.experiment import Experiment
from reconciler.spec.site import Site
from reconciler.spec.tree import Path, Tree

AnyDocument: TypeAlias = Experiment | Site | Environment | DiskImage


@dataclass(frozen=True, slots=True)
class Catalogue:
    """``trees`` gives a document's positions by (kind, name); a document made in code has none."""

    experiments: Mapping[str, Experiment] = field(default_factory=dict)
    sites: Mapping[str, Site] = field(default_factory=dict)
    environments: Mapping[str, Environment] = field(default_factory=dict)
    disk_images: Mapping[str, DiskImage] = field(default_factory=dict)
    trees: Mapping[tuple[str, str], Tree] = field(default_factory=dict)

    def span(self, document: AnyDocument, *path: str | int) -> Span | None:
        """Where a value stands, or its nearest parent when it was left out; path parts are spelt as in the file."""
        tree = self.trees.get((document.kind, document.metadata.name))
        return tree.span(path) if tree else None

    def complain(
        self,
        code: str,
        summary: str,
        document: AnyDocument,
        path: Path,
        hint: str = "",
        severity: Severity = Severity.ERROR,
    ) -> Diagnostic:
        """A diagnostic at a value of a document."""
        return Diagnostic(code, summary, self.span(document, *path), hint, severity)
