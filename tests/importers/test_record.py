"""Reading values that may be of any type."""

from __future__ import annotations

import json

from reconciler.importers.findings import Findings
from reconciler.importers.record import Record, Source


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
