"""The page on documents, from their JSON Schemas."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from reconciler.spec.schema import render_schemas
from tools.reference.text import page, table

KINDS = ("experiment", "site", "environment", "diskimage")
_ENVELOPE = """Every document is a mapping with `apiVersion: reconciler/v1alpha1`, `kind`, `metadata` and `spec`.
Several documents may be in one file, separated by `---`. Fields are camelCase; an unknown field is an error.
Sizes and durations are written with their unit. A field in **bold** must be there.
The same as JSON Schema, for editors: `schemas/document.schema.json`."""

Schema = dict[str, Any]


def render_documents() -> str:
    schemas = render_schemas()
    parts = [_ENVELOPE]
    for kind in KINDS:
        parts += _document(json.loads(schemas[f"{kind}.schema.json"]))
    return page("Documents", *parts)


def _document(schema: Schema) -> Iterator[str]:
    definitions = schema["$defs"]
    yield f"## {schema['title']}\n\n{schema['description']}"
    seen: set[str] = set()
    queue = [("spec", schema["properties"]["spec"]["$ref"])]
    while queue:
        path, reference = queue.pop(0)
        name = reference.rpartition("/")[2]
        if name in seen:
            continue
        seen.add(name)
        definition = definitions[name]
        yield f"### `{path}`\n\n{definition.get('description', '')}\n\n{_fields(definition, definitions)}"
        queue += _below(path, definition, definitions)


def _below(path: str, definition: Schema, definitions: Schema) -> Iterator[tuple[str, str]]:
    for field, value in definition["properties"].items():
        items = value.get("items", {})
        reference = value.get("$ref") or items.get("$ref") or next(_in_list(value), None)
        if reference and "properties" in definitions[reference.rpartition("/")[2]]:
            yield f"{path}.{field}{'[]' if value.get('type') == 'array' else ''}", reference


def _in_list(value: Schema) -> Iterator[str]:
    yield from (item["$ref"] for item in value.get("prefixItems", ()) if "$ref" in item)


def _fields(definition: Schema, definitions: Schema) -> str:
    required = set(definition.get("required", ()))
    rows = [
        (
            f"**`{name}`**" if name in required else f"`{name}`",
            _type(value, definitions),
            _default(value),
            _meaning(value, definitions),
        )
        for name, value in definition["properties"].items()
    ]
    return table(("Field", "Type", "Default", "Meaning"), rows)


def _type(value: Schema, definitions: Schema) -> str:
    if "$ref" in value:
        found = definitions[value["$ref"].rpartition("/")[2]]
        return "word" if "enum" in found else "mapping"
    if "const" in value:
        return f"`{value['const']}`"
    if "enum" in value:
        return "word"
    if value.get("type") == "array":
        items = value.get("items") or (value.get("prefixItems") or [{}])[0]
        return f"list of {_plural(_type(items, definitions))}"
    if value.get("type") == "integer":
        return _integer(value)
    if value.get("examples"):
        return f"as `{value['examples'][0]}`"
    return {"string": "text", "boolean": "true or false", "object": "mapping"}.get(str(value.get("type")), "any")


def _integer(value: Schema) -> str:
    low, high = value.get("minimum"), value.get("maximum")
    return f"{low} to {high}" if high is not None else f"from {low}" if low is not None else "number"


def _plural(word: str) -> str:
    return {"mapping": "mappings", "word": "words", "text": "texts"}.get(word, word)


def _default(value: Schema) -> str:
    default = value.get("default")
    if default in (None, "", [], {}) or isinstance(default, dict):
        return ""
    if isinstance(default, int) and "examples" in value:
        return f"`{default}MiB`"
    return f"`{json.dumps(default) if not isinstance(default, str) else default}`"


def _meaning(value: Schema, definitions: Schema) -> str:
    found = definitions[value["$ref"].rpartition("/")[2]] if "$ref" in value else value
    words = found.get("description", "") if "enum" in found and found is not value else ""
    if "enum" in value:
        words = "one of " + ", ".join(f"`{word}`" for word in value["enum"])
    return "\n".join(filter(None, (value.get("description", ""), words)))
