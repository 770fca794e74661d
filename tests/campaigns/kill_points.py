"""The failpoints of the program, read from its source: a new one is killed at, or the campaign says that it is not."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import reconciler
from reconciler.engine.effects import Effect, Report

_EFFECTS = sorted(kind.__name__ for kind in get_args(Effect) if kind is not Report)


def failpoints() -> tuple[str, ...]:
    """Every name that some ``reach`` is called with."""
    files = sorted(Path(reconciler.__file__).parent.rglob("*.py"))
    return tuple(sorted({point for file in files for point in _points(ast.parse(file.read_text()))}))


def _points(tree: ast.Module) -> Iterator[str]:
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "reach" and call.args:
            yield from _names(call.args[0])


def _names(argument: ast.expr) -> Iterator[str]:
    """A literal, or one with the name of an effect in it; anything else would be a point that nobody knows of."""
    match argument:
        case ast.Constant(str(name)):
            yield name
        case ast.JoinedStr([ast.Constant(str(before)), ast.FormattedValue(), ast.Constant(str(after))]):
            yield from (f"{before}{effect}{after}" for effect in _EFFECTS)
        case _:
            raise ValueError(f"line {argument.lineno}: the name of a failpoint has to be readable from the source")
