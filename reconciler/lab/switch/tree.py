"""A configuration as a frozen tree; every edit makes a new one, so a snapshot costs nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Branch:
    """A container, a list entry, or a whole datastore: values by tag."""

    children: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entries:
    """A list: entries by the text of their key.  Never empty."""

    by_key: Mapping[str, Branch]


Value: TypeAlias = str | frozenset[str] | Branch | Entries
"""A leaf, a leaf-list (never empty), a container or list entry, a list."""

EMPTY = Branch()


def leaf_at(branch: Branch, *path: str) -> str | None:
    """The text of the leaf at ``path``; None when it, or a container on the way, is absent."""
    *containers, last = path
    value = branch_at(branch, *containers).children.get(last)
    return value if isinstance(value, str) else None


def branch_at(branch: Branch, *path: str) -> Branch:
    """The container at ``path``; an absent one is empty."""
    for tag in path:
        child = branch.children.get(tag)
        if not isinstance(child, Branch):
            return EMPTY
        branch = child
    return branch


def values_at(branch: Branch, *path: str) -> frozenset[str]:
    """The values of the leaf-list at ``path``."""
    *containers, last = path
    value = branch_at(branch, *containers).children.get(last)
    return value if isinstance(value, frozenset) else frozenset()


def entries_at(branch: Branch, *path: str) -> Mapping[str, Branch]:
    """The entries of the list at ``path``, by key."""
    *containers, last = path
    value = branch_at(branch, *containers).children.get(last)
    return value.by_key if isinstance(value, Entries) else {}
