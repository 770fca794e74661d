"""Diagnostics for machines: JSON, SARIF, GitHub annotations, JUnit."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from xml.etree.ElementTree import Element, SubElement, tostring

from reconciler.model.diagnostic import Diagnostic, Severity, Span
from reconciler.spec.codes import CODES
from reconciler.spec.excerpt import render_text
from reconciler.spec.text import printable

JsonObject = dict[str, object]


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"
    JUNIT = "junit"


def render_report(diagnostics: Iterable[Diagnostic], files: Mapping[str, str], form: Format) -> str:
    """All diagnostics of ``files`` (texts by name); ends with a newline.  No files and no problems is a report, too."""
    found = tuple(diagnostics)
    renderers: Mapping[Format, Callable[[], str]] = {
        Format.TEXT: lambda: render_text(found, files),
        Format.JSON: lambda: _json(found),
        Format.SARIF: lambda: _sarif(found),
        Format.GITHUB: lambda: _github(found),
        Format.JUNIT: lambda: _junit(found, files),
    }
    return renderers[form]()


def _dump(value: object) -> str:
    return json.dumps(value, indent=2) + "\n"  # ASCII only: nothing in it can act on a terminal


def _json(found: Sequence[Diagnostic]) -> str:
    return _dump({"valid": not any(map(_failed, found)), "diagnostics": [_json_diagnostic(d) for d in found]})


def _json_diagnostic(diagnostic: Diagnostic) -> JsonObject:
    span = diagnostic.span
    place = {"file": span.file, "line": span.line, "column": span.column} if span else {}
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "summary": diagnostic.summary,
        "hint": diagnostic.hint,
        **place,
    }


def _sarif(found: Sequence[Diagnostic]) -> str:
    rules = sorted({d.code for d in found})
    driver = {
        "name": "reconciler",
        "rules": [{"id": code, "shortDescription": {"text": CODES.get(code, code)}} for code in rules],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_sarif_result(d, rules.index(d.code)) for d in found],
    }
    return _dump({"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]})


def _sarif_result(diagnostic: Diagnostic, rule: int) -> JsonObject:
    result: JsonObject = {
        "ruleId": diagnostic.code,
        "ruleIndex": rule,
        "level": diagnostic.severity.value,
        "message": {"text": _sentence(diagnostic)},
    }
    if diagnostic.span:
        span = diagnostic.span
        region = {"startLine": span.line, "startColumn": span.column}
        result["locations"] = [{"physicalLocation": {"artifactLocation": {"uri": _uri(span)}, "region": region}}]
    return result


def _uri(span: Span) -> str:
    return "".join(char if char.isalnum() or char in "/._-~" else _percent(char) for char in span.file)


def _percent(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass"))


def _github(found: Sequence[Diagnostic]) -> str:
    return "".join(f"{_github_line(d)}\n" for d in found)


def _github_line(diagnostic: Diagnostic) -> str:
    span = diagnostic.span
    where = {"file": span.file, "line": span.line, "col": span.column} if span else {}
    properties = {**where, "title": diagnostic.code}
    fields = ",".join(f"{key}={_github_property(str(value))}" for key, value in properties.items())
    message = printable(_sentence(diagnostic)).replace("%", "%25")
    return f"::{diagnostic.severity} {fields}::{message}"


def _github_property(value: str) -> str:
    return printable(value).replace("%", "%25").replace(":", "%3A").replace(",", "%2C")


def _junit(found: Sequence[Diagnostic], files: Mapping[str, str]) -> str:
    """One test case a file, failed by its first error; warnings are its output."""
    names = list(dict.fromkeys([*files, *(d.span.file if d.span else "" for d in found)]))
    by_file = {name: [d for d in found if (d.span.file if d.span else "") == name] for name in names}
    failed = sum(any(map(_failed, listed)) for listed in by_file.values())
    suite = Element("testsuite", name="reconciler validate", tests=str(len(names)), failures=str(failed))
    for name, listed in by_file.items():
        case = SubElement(suite, "testcase", classname="reconciler", name=printable(name) or "all files")
        errors = [d for d in listed if _failed(d)]
        if errors:
            failure = SubElement(case, "failure", type=errors[0].code, message=printable(errors[0].summary))
            failure.text = "\n".join(printable(str(d)) for d in errors)
        warnings = [d for d in listed if not _failed(d)]
        if warnings:
            SubElement(case, "system-out").text = "\n".join(printable(str(d)) for d in warnings)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(suite, encoding="unicode") + "\n"


def _failed(diagnostic: Diagnostic) -> bool:
    return diagnostic.severity is Severity.ERROR


def _sentence(diagnostic: Diagnostic) -> str:
    return f"{diagnostic.summary} ({diagnostic.hint})" if diagnostic.hint else diagnostic.summary
