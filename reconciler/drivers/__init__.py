"""Backends, one folder each.  A folder is a driver when it defines ``DRIVER``."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from reconciler.model.driver import Driver


def discover() -> Mapping[str, type[Driver[Any, Any]]]:
    """Find every driver by its folder name, sorted."""
    names = sorted(module.name for module in iter_modules(__path__) if module.ispkg)
    return {name: import_module(f"{__name__}.{name}").DRIVER for name in names}
