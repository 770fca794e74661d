"""The codes of what an import finds wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconciler.importers.findings import CODES, INVENTED, Findings, as_errors, count_codes
from reconciler.model.diagnostic import Severity

PAGE = Path(__file__).parents[2] / "docs/import.md"


def test_every_code_is_explained_in_the_documentation() -> None:
    text = PAGE.read_text()
    assert [code for code in CODES if code not in text] == []


def test_a_code_that_is_not_in_the_table_cannot_be_given() -> None:
    with pytest.raises(ValueError, match="I999"):
        Findings().add("I999", "something")


def test_findings_are_warnings_until_they_are_made_errors_but_what_was_asked_for_stays_one() -> None:
    findings = Findings()
    findings.add("I101", "x")
    findings.add(INVENTED, "y")
    assert [f.severity for f in findings.all] == [Severity.WARNING, Severity.WARNING]
    assert [f.severity for f in as_errors(findings.all)] == [Severity.ERROR, Severity.WARNING]


def test_codes_are_counted_in_their_order() -> None:
    findings = Findings()
    for code, summary in (("I205", "a"), ("I101", "b"), ("I205", "c")):
        findings.add(code, summary)
    assert count_codes(findings.all) == (("I101", 1), ("I205", 2))
