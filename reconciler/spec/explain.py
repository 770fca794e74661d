"""Pydantic's errors in our words, each at its place in the file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from reconciler.model.diagnostic import Diagnostic, Span
from reconciler.spec.scalars import MEANINGS, REFERENCE_PATTERN
from reconciler.spec.suggest import suggest
from reconciler.spec.text import quote
from reconciler.spec.tree import Json, Tree

Loc = tuple[str | int, ...]


def explain(error: ValidationError, model: type[BaseModel], tree: Tree) -> Iterator[Diagnostic]:
    """One diagnostic for each error, in the order of the model's fields."""
    for item in error.errors(include_url=False, include_input=False):
        loc = tuple(part for part in item["loc"] if part != "[key]")
        if _counts_refused_items(item["type"], item.get("ctx", {}), tree.get(*loc)):
            continue
        known = _fields_at(model, loc[:-1])
        code, summary, hint = _words(item["type"], item.get("ctx", {}), loc, tree.get(*loc), known)
        if not code:
            code, summary, hint = "S209", f"{_path(loc)}: {item['msg']}", ""
        yield Diagnostic(code, summary, _span(item["type"], loc, tree), hint)


def _counts_refused_items(kind: str, context: Mapping[str, Any], value: Json) -> bool:
    """A list is "too short" to pydantic when its items are wrong, and that is said of each of them."""
    return kind == "too_short" and isinstance(value, list) and len(value) >= int(context["min_length"])


def _span(kind: str, loc: Loc, tree: Tree) -> Span:
    return tree.key_span(loc) if kind == "extra_forbidden" else tree.span(loc)


def _path(loc: Loc) -> str:
    """The field that is meant, for people: its name, or the list it is an item of."""
    names = [part for part in loc if isinstance(part, str)]
    return str(names[-1]) if names else "document"


def _words(kind: str, context: Mapping[str, Any], loc: Loc, value: Json, known: list[str]) -> tuple[str, str, str]:
    """Code, summary and hint; an empty code for an error that we have no words for."""
    field = _path(loc)
    if kind == "extra_forbidden":
        return "S205", f"unknown field {quote(field)}", suggest(field, known)
    if kind == "missing":
        return "S206", f"{quote(field)} is missing", "every " + (_owner(loc) + " has one")
    if kind in ("enum", "literal_error"):
        words = re.findall(r"'([^']*)'", str(context.get("expected", "")))
        shown = quote(value) if isinstance(value, str) else "this"
        return "S208", f"{field}: {shown} is not one of {', '.join(words)}", suggest(str(value), words)
    if kind == "string_pattern_mismatch" and context["pattern"] == REFERENCE_PATTERN:
        hint = "documents hold no secrets: put it into a file of its own, and change it where it was used"
        return "S209", f"{field}: this is not {MEANINGS[REFERENCE_PATTERN]}", hint
    if kind == "string_pattern_mismatch":
        return "S209", f"{field}: {quote(value)} is not {MEANINGS.get(str(context['pattern']), 'well formed')}", ""
    if kind == "value_error":
        shown = quote(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else "this value"
        return "S209", f"{field}: {shown} cannot be read", str(context["error"])
    return _type_words(kind, field, value) or _bound_words(kind, context, field, value) or ("", "", "")


_TYPES: Mapping[str, tuple[str, str]] = {
    "string_type": ("text", "quote it"),
    "int_type": ("a whole number", "write it without quotes"),
    "bool_type": ("true or false", "write true or false, without quotes"),
    "tuple_type": ("a list", "write [a, b], or one item a line behind a dash"),
    "dict_type": ("a mapping", "write fields as name: value"),
    "model_type": ("a mapping", "write fields as name: value"),
    "model_attributes_type": ("a mapping", "write fields as name: value"),
}


def _type_words(kind: str, field: str, value: Json) -> tuple[str, str, str] | None:
    if kind not in _TYPES:
        return None
    wanted, hint = _TYPES[kind]
    if value is None:
        return "S207", f"{field}: there is no value", f"write {wanted}, or delete the line"
    return "S207", f"{field}: expected {wanted}, found {_describe(value)}", hint


def _describe(value: Json) -> str:
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, int):
        return "a number"
    if isinstance(value, str):
        return f"the text {quote(value)}"
    return "a list" if isinstance(value, list) else "a mapping"


_BOUNDS: Mapping[str, Callable[[Mapping[str, Any]], tuple[str, str]]] = {
    "greater_than_equal": lambda c: ("S210", f"must be at least {c['ge']}"),
    "less_than_equal": lambda c: ("S210", f"must be at most {c['le']}"),
    "greater_than": lambda c: ("S210", f"must be more than {c['gt']}"),
    "less_than": lambda c: ("S210", f"must be less than {c['lt']}"),
    "too_short": lambda c: ("S211", f"needs at least {c['min_length']}"),
    "too_long": lambda c: ("S211", f"takes at most {c['max_length']}"),
    "string_too_long": lambda c: ("S211", f"takes at most {c['max_length']} characters"),
    "string_too_short": lambda c: ("S211", f"needs at least {c['min_length']} characters"),
}


def _bound_words(kind: str, context: Mapping[str, Any], field: str, value: Json) -> tuple[str, str, str] | None:
    if kind not in _BOUNDS:
        return None
    code, what = _BOUNDS[kind](context)
    shown = f" {value}" if isinstance(value, int) else ""
    return code, f"{field}:{shown} {what}" if not shown else f"{field}:{shown} is out of bounds, it {what}", ""


def _owner(loc: Loc) -> str:
    names = [part for part in loc[:-1] if isinstance(part, str)]
    return f"item of {names[-1]}" if loc[:-1] and isinstance(loc[-2], int) else (names[-1] if names else "document")


def _fields_at(model: type[BaseModel], loc: Loc) -> list[str]:
    """The names that may stand in the mapping at ``loc``; none where any may."""
    here: type[BaseModel] | None = model
    for part in loc:
        if isinstance(part, int) or here is None:
            continue
        by_alias = {info.alias or name: info.annotation for name, info in here.model_fields.items()}
        here = _model_in(by_alias.get(part))
    return [info.alias or name for name, info in here.model_fields.items()] if here else []


def _model_in(annotation: object) -> type[BaseModel] | None:
    """The model inside ``tuple[X, ...]`` or ``X | None``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part))), None)
