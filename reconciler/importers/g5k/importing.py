"""A reference repository tree, read as a whole, becomes Site documents, findings and notes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from reconciler.importers.document_text import Fields, render_document
from reconciler.importers.findings import Findings
from reconciler.importers.g5k.disputes import find_disputes
from reconciler.importers.g5k.draft import SiteDraft
from reconciler.importers.g5k.equipment import read_equipment
from reconciler.importers.g5k.nodes import read_nodes
from reconciler.importers.g5k.options import BadOption, Options, check_options
from reconciler.importers.g5k.site_document import build_document
from reconciler.importers.g5k.tree import Tree, open_tree
from reconciler.importers.g5k.values import NAME, fits
from reconciler.model.diagnostic import Diagnostic
from reconciler.spec.site import Site


@dataclass(frozen=True, slots=True)
class ImportedSite:
    """``text`` is the document as YAML; it reads back as ``site``."""

    site: Site
    text: str

    @property
    def name(self) -> str:
        return self.site.metadata.name


@dataclass(frozen=True, slots=True)
class Imported:
    sites: tuple[ImportedSite, ...]
    findings: tuple[Diagnostic, ...]


def import_tree(directory: Path, options: Options) -> Imported:
    """Read the tree under ``directory``.  Writes nothing.

    Addresses and ports are compared over all sites that are imported.

    Raises:
        NotATree: the directory holds no reference repository.
        BadOption: an option names a site, or a range, that is not in it.
    """
    check_options(options)
    findings = Findings()
    tree = open_tree(directory, findings)
    drafts = [_read_site(tree, name) for name in _chosen(tree, options)]
    disputed = find_disputes({draft.name: draft.nodes for draft in drafts})
    imported: list[ImportedSite] = []
    for draft in drafts:
        fields = build_document(draft, disputed, options)
        site = None if fields is None else _validate(fields, draft)
        if fields is not None and site is not None and _is_apart(site, imported, draft):
            imported.append(ImportedSite(site, render_document(fields, _comments(tree, draft.name))))
    _check_leases(imported, options)
    return Imported(tuple(imported), findings.all)


def _chosen(tree: Tree, options: Options) -> list[str]:
    there = tree.site_names()
    unknown = sorted(set(options.sites) - set(there))
    if unknown:
        raise BadOption(f"no site {', '.join(unknown)} in {tree.root}; there are {', '.join(there)}")
    chosen = [name for name in there if name in options.sites or not options.sites]
    for name in chosen:
        if not fits(NAME, name):
            raise BadOption(f"site {name!r} cannot be named in a document; choose others with --site")
    return chosen


def _read_site(tree: Tree, name: str) -> SiteDraft:
    return SiteDraft(name, tree.site(name), tuple(read_nodes(tree, name)), tuple(read_equipment(tree, name)))


def _validate(fields: Fields, draft: SiteDraft) -> Site | None:
    """The document as our own model; values were looked at one by one before, so this is the last net."""
    try:
        return Site.model_validate_json(json.dumps(fields))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        draft.record.report("I103", f"{draft.name}: {where}: {first['msg']}; site left out")
        return None


def _is_apart(site: Site, others: list[ImportedSite], draft: SiteDraft) -> bool:
    """Whether no other site has addresses of its space; two documents may not share them."""
    space = site.spec.addresses.space
    for other in others:
        if space.overlaps(other.site.spec.addresses.space):
            hint = "correct g5ksubnet, or import one of them alone"
            draft.record.report(
                "I502", f"{draft.name}: {space} overlaps the space of {other.name}; site left out", hint
            )
            return False
    return True


def _comments(tree: Tree, site: str) -> list[str]:
    return [
        f"Imported from a Grid'5000 reference repository, site {site}, state of {tree.latest_change(site)}.",
        "Interfaces are called as the inventory's devices (eth0 for the first where it names none).",
    ]


def _check_leases(imported: list[ImportedSite], options: Options) -> None:
    for lease in options.leases:
        if not any(lease.overlaps(item.site.spec.addresses.space) for item in imported):
            spaces = ", ".join(f"{item.name} {item.site.spec.addresses.space}" for item in imported)
            raise BadOption(f"lease {lease} is in none of the imported sites' spaces: {spaces}")
