"""The generated schemas are fresh, valid, and say what validation says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from reconciler.spec.read import read
from reconciler.spec.schema import render_schemas
from tests.spec.samples import FAULTS, ROOT, texts

SCHEMAS = {name: json.loads(text) for name, text in render_schemas().items()}
# What only people's readers can see: bounds on parsed values, names that belong to no field.
_BEYOND_A_SCHEMA = {"vlan-4095", "range-with-leading-zeros", "range-with-host-bits"}


def test_the_files_in_schemas_are_those_we_generate() -> None:
    files = {file.name: file.read_text() for file in (ROOT / "schemas").iterdir()}
    del files["event.schema.json"]  # no document: see tests/cli/test_event_types.py
    assert files == dict(render_schemas()), "run `reconciler schema --out schemas`"


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_a_schema_is_valid_2020_12(name: str) -> None:
    assert SCHEMAS[name]["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(SCHEMAS[name])


def _objects(schema: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(schema, dict):
        if "properties" in schema:
            yield path, schema
        for key, value in schema.items():
            yield from _objects(value, f"{path}/{key}")
    elif isinstance(schema, list):
        for index, value in enumerate(schema):
            yield from _objects(value, f"{path}/{index}")


@pytest.mark.parametrize("name", sorted(set(SCHEMAS) - {"document.schema.json"}))
def test_every_field_is_described_and_no_other_is_allowed(name: str) -> None:
    for path, found in _objects(SCHEMAS[name]):
        assert found["additionalProperties"] is False, path
        for field, schema in found["properties"].items():
            assert schema.get("description"), f"{path}: {field} has no text under it in the model"


def test_every_word_of_a_choice_is_described() -> None:
    for name, found in SCHEMAS["document.schema.json"]["$defs"].items():
        if "enum" in found:
            assert all(found["enumDescriptions"]), name


def test_a_pattern_is_told_in_words() -> None:
    names = SCHEMAS["experiment.schema.json"]["$defs"]["Metadata"]["properties"]["name"]
    assert "small letter" in names["patternErrorMessage"]


@pytest.mark.parametrize("file", [*texts("examples/*.yaml", "specs/*/*.yaml", "reconciler/lab/default/*.yaml")])
def test_a_sound_document_fits_its_schema(file: str) -> None:
    for tree in read((ROOT / file).read_text(), file).trees:
        kind = str(tree.get("kind")).lower()
        for name in (f"{kind}.schema.json", "document.schema.json"):
            assert not list(Draft202012Validator(SCHEMAS[name]).iter_errors(tree.value))


def _of_shape_alone(file: Path) -> bool:
    codes = re.findall(r"^# expect: \S+ (S\d)\d\d$", file.read_text(), re.MULTILINE)
    return set(codes) == {"S2"} and "twice" not in file.stem and file.stem not in _BEYOND_A_SCHEMA


@pytest.mark.parametrize("file", [file for file in FAULTS if _of_shape_alone(file)], ids=lambda file: file.stem)
def test_a_fault_of_shape_is_one_to_the_schema_too(file: Path) -> None:
    trees = read(file.read_text(), file.name).trees
    assert any(list(Draft202012Validator(SCHEMAS["document.schema.json"]).iter_errors(tree.value)) for tree in trees)
