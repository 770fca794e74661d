"""The documents a lab is made from: Sites, and the Environments its deployers know."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from reconciler.model.errors import Refused
from reconciler.spec.environment import Environment
from reconciler.spec.site import Site

M = TypeVar("M", Site, Environment)
MAX_BYTES = 16 << 20


@dataclass(frozen=True, slots=True)
class Inventory:
    """``texts`` is what it was read from, by file name; reading them again gives the same."""

    sites: tuple[Site, ...]
    environments: tuple[Environment, ...]
    texts: Mapping[str, str]

    @property
    def digest(self) -> str:
        """The same for the same documents, however they are written or spread over files."""
        trees = [tree for file, text in self.texts.items() for tree in _read_trees(file, text)]
        ours = [json.dumps(tree, sort_keys=True) for tree in trees if tree.get("kind") in ("Site", "Environment")]
        return hashlib.sha256("\n".join(sorted(ours)).encode()).hexdigest()


def default_texts() -> Mapping[str, str]:
    """The lab's own sites, for whoever has none."""
    folder = files("reconciler.lab") / "default"
    found = {entry.name: entry.read_text() for entry in folder.iterdir() if entry.name.endswith(".yaml")}
    return dict(sorted(found.items()))


def read_inventory(texts: Mapping[str, str]) -> Inventory:
    """Read Site and Environment documents; documents of other kinds are left to others.

    Raises:
        Refused: a document cannot be read, a name is there twice, or there is no Site at all.
    """
    sites: dict[str, Site] = {}
    environments: list[Environment] = []
    for file, text in texts.items():
        for tree in _read_trees(file, text):
            match tree.get("kind"):
                case "Site":
                    site = _read_model(file, Site, tree)
                    if site.metadata.name in sites:
                        raise Refused(f"{file}: the site {site.metadata.name} is there twice; give it once")
                    sites[site.metadata.name] = site
                case "Environment":
                    environments.append(_read_model(file, Environment, tree))
                case _:
                    pass
    if not sites:
        raise Refused(f"no Site document in {', '.join(texts) or 'no file'}; give --site a file that has one")
    return Inventory(tuple(sites[name] for name in sorted(sites)), tuple(environments), dict(texts))


def site_trees(inventory: Inventory) -> Mapping[str, dict[str, Any]]:
    """The Site documents as plain trees, as they were written."""
    trees = [tree for file, text in inventory.texts.items() for tree in _read_trees(file, text)]
    return {tree["metadata"]["name"]: tree for tree in trees if tree.get("kind") == "Site"}


def _read_trees(file: str, text: str) -> Sequence[dict[str, Any]]:
    if len(text) > MAX_BYTES:
        raise Refused(f"{file}: more than {MAX_BYTES >> 20} MiB; split it into one file a site")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        trees = list(yaml.load_all(text, loader))
    except (yaml.YAMLError, RecursionError) as error:
        raise Refused(f"{file}: {error}; `reconciler validate -f {file}` says more") from None
    return [tree for tree in trees if isinstance(tree, dict)]


def _read_model(file: str, model: type[M], tree: dict[str, Any]) -> M:
    try:
        return model.model_validate_json(json.dumps(tree))
    except (ValidationError, TypeError, ValueError) as error:
        raise Refused(f"{file}: {error}; `reconciler validate -f {file}` says more") from None
