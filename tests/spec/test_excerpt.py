"""The place, the line, a mark under the word."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.diagnostic import Diagnostic, Severity, Span
from reconciler.spec.excerpt import render_excerpt, render_text


def problem(line: int, column: int, hint: str = "") -> Diagnostic:
    return Diagnostic("S301", "no Site is named", Span("f.yaml", line, column), hint)


def test_an_excerpt_has_place_line_mark_and_hint() -> None:
    shown = render_excerpt(problem(2, 9, "did you mean nancy?"), "spec:\n  site: nanci\n  x: y\n")
    assert shown.splitlines() == [
        "f.yaml:2:9: error S301: no Site is named",
        "   |",
        " 2 |   site: nanci",
        "   |         ^^^^^",
        "  = did you mean nancy?",
    ]


def test_the_mark_is_as_long_as_the_word_and_stands_under_it() -> None:
    for text, column, word in [
        ("  site: nanci", 9, "nanci"),
        ("  sites: [lille, nanci]", 18, "nanci"),
        ('  name: "two words", x', 9, '"two words"'),
        ("  - {a: 'it'}", 9, "'it'"),
    ]:
        _, _, source, mark = render_excerpt(problem(1, column), text).splitlines()
        assert source[mark.index("^") :][: mark.count("^")] == word


def test_wide_letters_before_the_word_move_the_mark_with_it() -> None:
    _, _, source, mark = render_excerpt(problem(1, 7), "世界: {a}").splitlines()
    before = source[: source.index("}")]
    width = sum(2 if unicodedata.east_asian_width(char) == "W" else 1 for char in before)
    assert mark.index("^") == width


def test_an_escape_code_in_the_line_is_shown_as_its_number_and_the_mark_stays_right() -> None:
    _, _, source, mark = render_excerpt(problem(1, 12), "a: \x1b[31m # bad").splitlines()
    assert "\x1b" not in source and "\\u001b[31m" in source
    assert source[mark.index("^") :].startswith("bad")


def test_of_a_long_line_only_the_part_around_the_word_is_shown() -> None:
    text = "x" * 5000 + " here " + "y" * 5000
    _, _, source, mark = render_excerpt(problem(1, 5002), text).splitlines()
    assert len(source) < 160
    assert source[mark.index("^") :].startswith("here")


def test_without_its_text_a_diagnostic_is_shown_without_an_excerpt() -> None:
    assert render_excerpt(problem(1, 1), None) == "f.yaml:1:1: error S301: no Site is named\n"


def test_the_last_line_counts() -> None:
    warning = Diagnostic("S309", "nothing uses it", severity=Severity.WARNING)
    assert render_text([problem(1, 1), warning, warning], {}).splitlines()[-1] == "1 error, 2 warnings"
    assert render_text([], {}) == "0 errors, 0 warnings\n"


@given(st.text(max_size=200), st.integers(1, 5), st.integers(1, 250), st.text(max_size=20))
def test_any_place_in_any_text_can_be_shown_on_any_terminal(text: str, line: int, column: int, hint: str) -> None:
    shown = render_excerpt(Diagnostic("S1", text, Span(text, line, column), hint), text)
    assert all(char.isprintable() or char == "\n" for char in shown)
