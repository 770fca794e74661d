"""JSON Schemas (2020-12) of our documents, for editors and other tools; generated, never edited."""

from __future__ import annotations

import ast
import inspect
import json
import sys
from collections.abc import Iterator, Mapping
from enum import Enum
from functools import cache
from types import ModuleType
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from reconciler.spec.scalars import MEANINGS
from reconciler.spec.validate import KINDS

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]


def render_schemas() -> Mapping[str, str]:
    """The text of every file in ``schemas/``, by file name."""
    texts = {f"{kind.lower()}.schema.json": _text(_document(kind)) for kind in KINDS}
    return {**texts, "document.schema.json": _text(_any_document())}


def _text(schema: Schema) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _document(kind: str) -> Schema:
    body = _bare(kind)
    title = {"$schema": _DIALECT, "$id": f"urn:reconciler:v1alpha1:{kind.lower()}", "title": kind}
    return {**title, **{key: value for key, value in body.items() if key != "title"}}


def _any_document() -> Schema:
    """One schema for all kinds.  Chosen by ``kind``, so that an editor speaks of one kind and not of four."""
    definitions: Schema = {}
    for kind in KINDS:
        body = _bare(kind)
        definitions |= body.pop("$defs", {})
        definitions[kind] = body
    return {
        "$schema": _DIALECT,
        "$id": "urn:reconciler:v1alpha1:document",
        "title": "Document",
        "description": "Any document of reconciler.",
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {"enum": list(KINDS), "description": "What the document is."}},
        "oneOf": [{"$ref": f"#/$defs/{kind}"} for kind in KINDS],
        "$defs": dict(sorted(definitions.items())),
    }


class _Generator(GenerateJsonSchema):
    """Titles that only repeat the field's name are noise in an editor."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def _bare(kind: str) -> Schema:
    model = KINDS[kind]
    schema = model.model_json_schema(by_alias=True, schema_generator=_Generator)
    types = {found.__name__: found for found in _types_in(model)}
    for name, definition in [(model.__name__, schema), *schema.get("$defs", {}).items()]:
        _describe(definition, types[name])
        for field in definition.get("properties", {}).values():
            _simplify(field)
    return schema


def _simplify(field: Schema) -> None:
    """Optional means left out: nobody writes null.  And a pattern is told in words."""
    choices = [choice for choice in field.get("anyOf", ()) if choice != {"type": "null"}]
    if len(choices) == 1:
        field.pop("anyOf")
        for key, value in choices[0].items():
            field.setdefault(key, value)
    if field.get("default", ...) is None:
        field.pop("default")
    if "patternProperties" in field:
        field["additionalProperties"] = False
    for part in (field, field.get("items", {}), *field.get("patternProperties", {}).values()):
        if part.get("pattern") in MEANINGS:
            part["patternErrorMessage"] = f"Not {MEANINGS[part['pattern']]}"


def _types_in(model: type[BaseModel]) -> Iterator[type]:
    """The model, the models inside it, and their enums."""
    seen: set[type] = set()
    queue: list[Any] = [model]
    while queue:
        found = queue.pop()
        if isinstance(found, type) and issubclass(found, (BaseModel, Enum)) and found not in seen:
            seen.add(found)
            yield found
            if issubclass(found, BaseModel):
                queue += [info.annotation for info in found.model_fields.values()]
        else:
            queue += getattr(found, "__args__", ())


def _describe(definition: Schema, described: type) -> None:
    """Put the texts under a class's fields, or an enum's members, into its schema."""
    definition.pop("title", None)
    texts = _field_texts(described)
    if issubclass(described, Enum):
        definition["enumDescriptions"] = [texts.get(member.name, "") for member in described]
        lines = [f"- `{member.value}`: {texts[member.name]}" for member in described if member.name in texts]
        definition["description"] = "\n".join(lines)
        return
    if issubclass(described, BaseModel):
        for name, info in described.model_fields.items():
            if name in texts:
                definition["properties"][info.alias or name]["description"] = texts[name]


def _field_texts(described: type) -> dict[str, str]:
    """The strings that stand under the assignments of a class and of the classes it extends."""
    found: dict[str, str] = {}
    for part in reversed(described.__mro__):
        module = sys.modules.get(part.__module__)
        if module is not None and part.__module__.startswith("reconciler."):
            found |= _texts_of_module(module).get(part.__name__, {})
    return found


@cache
def _texts_of_module(module: ModuleType) -> dict[str, dict[str, str]]:
    tree = ast.parse(inspect.getsource(module))
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    return {node.name: dict(_texts_in_class(node)) for node in classes}


def _texts_in_class(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for statement, after in zip(node.body, node.body[1:], strict=False):
        targets = [statement.target] if isinstance(statement, ast.AnnAssign) else getattr(statement, "targets", [])
        text = after.value.value if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) else None
        if isinstance(text, str) and targets and isinstance(targets[0], ast.Name):
            yield targets[0].id, " ".join(text.split())
