"""Reading values that may be of any type."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.importers.findings import Findings
from reconciler.importers.record import Record, Source, Step, locate


def record(values: dict[str, object]) -> tuple[Record, Findings]:
    findings = Findings()
    return Record(Source("x.json", json.dumps(values), findings), values), findings


def test_null_empty_and_missing_are_not_said_and_not_reported() -> None:
    found, findings = record({"a": None, "b": ""})
    assert [found.text(key) for key in "abc"] == [None, None, None]
    assert [found.number(key) for key in "abc"] == [None, None, None]
    assert [found.flag(key) for key in "abc"] == [None, None, None]
    assert list(found.records("a")) == [] and found.record("b").names() == ()
    assert findings.all == ()


def test_flags_written_as_text_are_read_as_meant_and_reported() -> None:
    found, findings = record({"a": "false", "b": "True", "c": "perhaps", "d": 0})
    assert [found.flag(key) for key in "abcd"] == [False, True, None, None]
    assert [(f.code, f.span.column if f.span else 0) for f in findings.all] == [
        ("I102", 7),
        ("I102", 21),
        ("I102", 34),
        ("I102", 50),
    ]


def test_a_boolean_is_no_number() -> None:
    found, findings = record({"a": True, "b": 3, "c": 3.5})
    assert [found.number(key) for key in "abc"] == [None, 3, None]
    assert len(findings.all) == 2


def test_lists_give_their_objects_and_report_the_rest() -> None:
    found, findings = record({"a": [{"n": 1}, None, 7, {"n": 2}], "b": {"x": 1}})
    assert [(index, item.number("n")) for index, item in found.records("a")] == [(0, 1), (3, 2)]
    assert list(found.records("b")) == []
    assert len(findings.all) == 2


def test_entries_are_the_objects_in_an_object_by_name() -> None:
    found, _ = record({"a": {"y": {"n": 2}, "x": {"n": 1}, "z": 3}})
    assert [(key, item.number("n")) for key, item in found.entries("a")] == [("x", 1), ("y", 2)]


def test_the_same_fault_found_twice_is_told_once() -> None:
    found, findings = record({"a": 7})
    assert found.text("a") is None and found.text("a") is None
    assert len(findings.all) == 1


TEXT = """{
  "uid": "a,{\\"b]",
  "nics": [
    {"ip": "10.0.0.1", "port": "Gi2\\/1"},
    {"ip": null}, [true, -1.5e3]
  ]
}"""


@pytest.mark.parametrize(
    ("path", "line", "starts"),
    [
        ((), 1, "{"),
        (("uid",), 2, '"a,'),
        (("nics",), 3, "["),
        (("nics", 0, "port"), 4, '"Gi2'),
        (("nics", 1), 5, "{"),
        (("nics", 1, "ip"), 5, "null"),
        (("nics", 2, 1), 5, "-1.5e3"),
        (("nics", 1, "mac"), 5, '{"ip": null}'),
        (("nobody",), 1, "{"),
    ],
)
def test_a_value_is_where_it_stands_and_a_missing_one_where_it_should(
    path: tuple[Step, ...], line: int, starts: str
) -> None:
    found, column = locate(TEXT, path)
    assert found == line
    assert TEXT.splitlines()[line - 1][column - 1 :].startswith(starts)


def paths(value: object, here: tuple[Step, ...] = ()) -> list[tuple[tuple[Step, ...], object]]:
    inner: list[tuple[Step, object]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    return [(here, value), *(found for step, item in inner for found in paths(item, (*here, step)))]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@given(JSON, st.sampled_from([None, 2]))
def test_what_stands_at_a_position_is_the_value_at_that_path(value: object, indent: int | None) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=True)
    lines = text.split("\n")
    for path, wanted in paths(value):
        line, column = locate(text, path)
        rest = "\n".join([lines[line - 1][column - 1 :], *lines[line:]])
        assert json.JSONDecoder().raw_decode(rest)[0] == wanted


@given(st.text(), st.lists(st.integers(0, 3) | st.text(max_size=3), max_size=4))
def test_any_text_has_positions(text: str, path: list[Step]) -> None:
    line, column = locate(text, path)
    assert line >= 1 and column >= 1
