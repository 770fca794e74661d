"""Backends: families of drivers, one folder each.  A folder is a driver when it defines ``DRIVER``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from reconciler.model.driver import Driver


def discover() -> Mapping[str, type[Driver[Any, Any]]]:
    """Find every driver by its folder's name, sorted; those of a family lie in the family's folder."""
    found = {name: import_module(module) for name, module in sorted(_folders())}
    return {name: module.DRIVER for name, module in found.items() if hasattr(module, "DRIVER")}


def _folders() -> Iterator[tuple[str, str]]:
    root = Path(__file__).parent
    for init in root.rglob("__init__.py"):
        parts = init.parent.relative_to(root).parts
        if parts:
            yield parts[-1], ".".join((__name__, *parts))
