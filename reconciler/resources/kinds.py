"""Every kind there is, found by its module in this package."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Final

import reconciler.resources
from reconciler.resources.kind import Kind


def _found() -> dict[str, Kind[Any]]:
    modules = sorted(module.name for module in iter_modules(reconciler.resources.__path__))
    named = (import_module(f"reconciler.resources.{name}") for name in modules if name != "kinds")
    ours: list[Kind[Any]] = [module.KIND for module in named if hasattr(module, "KIND")]
    found = {kind.name: kind for kind in sorted(ours, key=lambda kind: (kind.rank, kind.name))}
    if len(found) != len(ours):
        raise AssertionError(f"two modules have a kind of one name, among {', '.join(found)}")
    return found


KINDS: Final[Mapping[str, Kind[Any]]] = _found()
"""By name, in the order in which they are made."""
VERIFIED: Final = frozenset(kind.name for kind in KINDS.values() if kind.verified)
CLAIMING: Final = frozenset(kind.name for kind in KINDS.values() if kind.claims)
HOLDING: Final = frozenset(kind.name for kind in KINDS.values() if kind.holding is not None)
"""Those that live in the state database alone."""


def unlisted(kind: str) -> str:
    """Why nothing is done about a resource of a kind that is not listed; empty for one that is."""
    if kind in KINDS:
        return ""
    return f"this version of reconciler knows no kind {kind!r}; use the version that made it"
