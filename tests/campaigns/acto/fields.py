"""The fields of our documents as the published schemas have them, and which of them two documents differ in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from tests.campaigns.stage.stage import ROOT

Tree = dict[str, Any]
KINDS = ("Experiment", "Environment", "DiskImage", "Site")


ONE_DRIVER = ("Site.spec.hosts.hypervisor", "Site.spec.switches[].dialect")
"""They name a driver, of which one of each family is shipped."""
UNSERVED = "Site.spec.services[]"
"""No driver of a service is shipped: lists are empty, and any entry is refused (``test_check_drivers.py``)."""


@dataclass(frozen=True, slots=True)
class Field:
    """``path`` is as in ``Experiment.spec.nodes[].count``; a list is one field, and so is each field of its items."""

    path: str
    schema: Mapping[str, Any]
    required: bool

    @property
    def name(self) -> str:
        return self.path.removesuffix("[]").rpartition(".")[2]

    @property
    def is_fixed(self) -> bool:
        """Only one value is allowed: it cannot be changed in a valid way."""
        return self.path in ONE_DRIVER or ("const" in self.schema and self.required)


@cache
def fields_of(kind: str) -> Mapping[str, Field]:
    """Every field of a kind of document, by path; computed from its published schema."""
    schema = json.loads((ROOT / "schemas" / f"{kind.lower()}.schema.json").read_text())
    found = _walk(kind, schema, schema.get("$defs", {}))
    return {field.path: field for field in found if not field.path.startswith(UNSERVED)}


def _walk(path: str, node: Tree, definitions: Mapping[str, Tree]) -> Iterator[Field]:
    node = _resolve(node, definitions)
    for name, child in node.get("properties", {}).items():
        found = _resolve(child, definitions)
        required = name in node.get("required", ())
        below = f"{path}.{name}"
        if found.get("type") == "array":
            yield Field(f"{below}[]", found, required)
            items = _resolve(found["items"] if "items" in found else found["prefixItems"][0], definitions)
            yield from _walk(f"{below}[]", items, definitions)
            continue
        if "properties" not in found or not required:
            yield Field(below, found, required)
        yield from _walk(below, found, definitions)


def _resolve(node: Tree, definitions: Mapping[str, Tree]) -> Tree:
    reference = node.get("$ref")
    return {**definitions[reference.rpartition("/")[2]], **node} if reference else node


def differing_fields(kind: str, before: Any, after: Any) -> frozenset[str]:
    """The fields that differ.  What comes or goes as a whole is one field: nothing inside of it was changed."""
    return frozenset(_differing(kind, before, after))


def _differing(path: str, before: Any, after: Any) -> Iterator[str]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict) and not path.endswith(".labels"):
        for name in before.keys() | after.keys():
            missing = name not in before or name not in after
            whole = before.get(name, after.get(name))
            if missing:
                yield f"{path}.{name}" + ("[]" if isinstance(whole, list) else "")
            else:
                yield from _differing(f"{path}.{name}", before[name], after[name])
    elif isinstance(before, list) and isinstance(after, list):
        same_shape = len(before) == len(after) and all(isinstance(item, dict) for item in (*before, *after))
        if not same_shape:
            yield f"{path}[]"
            return
        for one, other in zip(before, after, strict=True):
            yield from _differing(f"{path}[]", one, other)
    else:
        yield path
