"""Diagnostics for machines."""

from __future__ import annotations

import json
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.diagnostic import Diagnostic, Severity, Span
from reconciler.spec.report import Format, render_report

FOUND = (
    Diagnostic("S301", 'no Site is named "nanci"', Span("a b.yaml", 3, 7), "did you mean nancy?"),
    Diagnostic("S309", "nothing uses network lan", Span("a b.yaml", 9, 2), severity=Severity.WARNING),
    Diagnostic("S302", "100% wrong, really: yes\nno", Span("c,d:e.yaml", 1, 1)),
)
FILES = {"a b.yaml": "", "c,d:e.yaml": "", "good.yaml": ""}


def test_json_says_whether_it_is_valid_and_lists_all() -> None:
    report = json.loads(render_report(FOUND, FILES, Format.JSON))
    assert report["valid"] is False
    assert report["diagnostics"][0] == {
        "code": "S301",
        "severity": "error",
        "summary": 'no Site is named "nanci"',
        "hint": "did you mean nancy?",
        "file": "a b.yaml",
        "line": 3,
        "column": 7,
    }


def test_warnings_alone_are_valid() -> None:
    assert json.loads(render_report(FOUND[1:2], FILES, Format.JSON))["valid"] is True


def test_sarif_names_rule_level_and_region() -> None:
    (run,) = json.loads(render_report(FOUND, FILES, Format.SARIF))["runs"]
    result = run["results"][1]
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "S309"
    assert result["level"] == "warning"
    place = result["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "a%20b.yaml"}, "region": {"startLine": 9, "startColumn": 2}}


def test_github_annotations_are_one_line_each_and_escaped() -> None:
    lines = render_report(FOUND, FILES, Format.GITHUB).splitlines()
    assert lines[0] == '::error file=a b.yaml,line=3,col=7,title=S301::no Site is named "nanci" (did you mean nancy?)'
    assert lines[2] == "::error file=c%2Cd%3Ae.yaml,line=1,col=1,title=S302::100%25 wrong, really: yes\\u000ano"


def test_junit_has_a_case_for_every_file() -> None:
    suite = ElementTree.fromstring(render_report(FOUND, FILES, Format.JUNIT).encode())
    assert (suite.get("tests"), suite.get("failures")) == ("3", "2")
    first, _, good = suite.findall("testcase")
    failure, warnings = first.find("failure"), first.find("system-out")
    assert failure is not None and "a b.yaml:3:7" in (failure.text or "")
    assert warnings is not None and "S309" in (warnings.text or "")
    assert list(good) == []


def test_a_problem_without_a_place_is_reported_in_every_format() -> None:
    for form in Format:
        assert "S301" in render_report([Diagnostic("S301", "somewhere")], {}, form)


@given(st.text(), st.text(), st.text())
def test_whatever_a_message_says_the_report_stays_readable(summary: str, hint: str, file: str) -> None:
    found = [Diagnostic("S301", summary, Span(file, 1, 1), hint)]
    json.loads(render_report(found, {file: summary}, Format.JSON))
    json.loads(render_report(found, {file: summary}, Format.SARIF))
    ElementTree.fromstring(render_report(found, {file: summary}, Format.JUNIT).encode())
    assert len(render_report(found, {file: summary}, Format.GITHUB).splitlines()) == 1
