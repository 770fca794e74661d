"""Text to trees with positions."""

from __future__ import annotations

import time

import pytest
import yaml.cyaml
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.diagnostic import Severity, Span
from reconciler.spec import read as module
from reconciler.spec.limits import Limits
from reconciler.spec.read import read


def codes(text: str, limits: Limits | None = None) -> list[str]:
    return [f"{d.span.line}:{d.span.column} {d.code}" for d in read(text, "f", limits).diagnostics if d.span]


def test_every_value_and_key_has_its_place() -> None:
    tree = read("a:\n  - b: one\n    c: [x, y]\n", "f").trees[0]
    assert tree.value == {"a": [{"b": "one", "c": ["x", "y"]}]}
    assert tree.span(["a", 0, "b"]) == Span("f", 2, 8)
    assert tree.span(["a", 0, "c", 1]) == Span("f", 3, 12)
    assert tree.key_span(["a", 0, "c"]) == Span("f", 3, 5)


def test_what_is_not_written_down_has_the_place_of_its_parent() -> None:
    tree = read("a:\n  b: {c: 1}\n", "f").trees[0]
    assert tree.span(["a", "b", "d", "e"]) == Span("f", 2, 6)


def test_a_column_counts_characters_and_not_bytes() -> None:
    assert codes("{é: ü, 世界: yes}") == ["1:12 S112"]


def test_several_documents_are_several_trees() -> None:
    assert [tree.value for tree in read("a: 1\n---\nb: 2\n---\n---\nc: 3\n", "f").trees] == [
        {"a": 1},
        {"b": 2},
        {"c": 3},
    ]


def test_quoted_words_are_text_whatever_they_look_like() -> None:
    text = """{a: "yes", b: '010', c: "2024-01-01", d: "1.5", e: "12:34:56", f: "null", g: "7"}"""
    assert read(text, "f").trees[0].value == {
        "a": "yes",
        "b": "010",
        "c": "2024-01-01",
        "d": "1.5",
        "e": "12:34:56",
        "f": "null",
        "g": "7",
    }


def test_the_word_on_may_be_a_key() -> None:
    assert read("on: hosts", "f").trees[0].value == {"on": "hosts"}


def test_all_problems_of_a_file_are_named_at_once() -> None:
    assert codes("a: yes\nb: *x\nc: 010\na: 1\n") == ["1:4 S112", "2:4 S106", "3:4 S114", "4:1 S110"]


def test_a_syntax_error_ends_the_file_and_keeps_what_was_found_before() -> None:
    reading = read("a: yes\n---\nb: [1\n", "f")
    assert [d.code for d in reading.diagnostics] == ["S112", "S103"]
    assert not reading.complete


def test_an_empty_file_is_a_warning() -> None:
    (found,) = read("", "f").diagnostics
    assert (found.code, found.severity) == ("S119", Severity.WARNING)


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert read("\ufeffa: 1", "f").trees[0].value == {"a": 1}
    assert codes("\ufeffa: yes") == ["1:4 S112"]


def test_line_ends_of_windows_are_line_ends() -> None:
    assert codes("a: 1\r\nb: yes\r\n") == ["2:4 S112"]


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\x85", "\u200b", "\u2028", "\u202e", "\u2066", "\ufeff", "\ud800"])
def test_an_invisible_character_is_refused_at_its_place(sign: str) -> None:
    assert codes(f"a: 1\nb: x{sign}y\n") == ["2:5 S102"]


def test_a_file_above_the_limit_is_refused() -> None:
    text = "a: " + "é" * 500
    assert codes(text, Limits(file_bytes=1003)) == []
    assert codes(text, Limits(file_bytes=1002)) == ["1:1 S101"]


def test_more_values_than_the_limit_are_refused_where_the_first_too_many_stands() -> None:
    assert codes("[a, b, c]", Limits(nodes=4)) == []
    assert codes("[a, b, c]", Limits(nodes=3)) == ["1:8 S105"]


def test_nesting_is_refused_beyond_the_limit() -> None:
    assert codes("[" * 32 + "]" * 32) == []
    assert codes("[" * 33 + "]" * 33) == ["1:33 S104"]


def test_a_larger_limit_allows_more_values_and_no_deeper_nesting() -> None:
    limits = Limits.for_bytes(1024 * 1024)
    assert (limits.nodes, limits.depth) == (80_000, 32)


def test_ten_thousand_lines_are_read_in_a_blink() -> None:
    text = "nodes:\n" + "".join(f"- name: n-{i}\n  cluster: c\n  memory: 32GiB\n  hvm: true\n" for i in range(2500))
    best = min(_seconds(text) for _ in range(3))
    assert best < 0.15


def _seconds(text: str) -> float:
    before = time.process_time()
    assert not read(text, "f", Limits.for_bytes(1024 * 1024)).diagnostics
    return time.process_time() - before


@pytest.mark.parametrize(
    "text",
    ["a:\n  - b: one\n    c: [x, y]\n", "a: yes\nb: [&x c, *x]\n", "[a, {b: c}]\n---\n- d\n", 'a: "\\e"\n', "{é: yes}"],
)
def test_the_parser_without_libyaml_finds_the_same(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert module._PARSER is yaml.cyaml.CBaseLoader
    fast = read(text, "f")
    monkeypatch.setattr(module, "_PARSER", module._PythonParser)
    slow = read(text, "f")
    assert [t.value for t in fast.trees] == [t.value for t in slow.trees]
    assert fast.diagnostics == slow.diagnostics


_YAML = st.text(st.sampled_from("ab:-[]{}&*!|>'\"%#?,\n \t@`<~yes01.é\\"), max_size=60)


@given(st.one_of(st.text(max_size=200), _YAML))
def test_reading_never_raises(text: str) -> None:
    reading = read(text, "f")
    lines = text.count("\n") + text.count("\r") + 1
    assert all(d.span and d.span.line <= lines + 1 and d.span.column >= 1 for d in reading.diagnostics)


_SCALARS = st.one_of(st.booleans(), st.integers(-999, 999), st.from_regex(r"[a-z][a-z-]{2,8}[a-z]", fullmatch=True))
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.from_regex(r"k[a-z]{0,5}", fullmatch=True), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(_VALUES.filter(lambda value: not isinstance(value, str) or value not in ("yes", "off", "null", "true", "false")))
def test_what_another_writer_writes_is_read_back(value: object) -> None:
    words = ("yes", "off", "null", "true", "false")
    text = yaml.safe_dump(value)
    if not any(word in text for word in words):
        assert [tree.value for tree in read(text, "f").trees] == [value]


@pytest.mark.parametrize("parser", [yaml.cyaml.CBaseLoader, module._PythonParser])
@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: [1", "1:6 S103"),
        ("a: [1\n", "2:1 S103"),
        ("a: [1\r\n\r\n", "3:1 S103"),
        ("a: 1\r'é", "2:3 S103"),
        ("a: {é", "1:6 S207 1:6 S103"),
        ("\ufeffa: {é: 1", "1:9 S103"),
    ],
)
def test_what_is_missing_at_the_end_of_a_file_has_its_place_there(
    text: str, place: str, parser: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file need not end with a line end; the parser counts one all the same."""
    monkeypatch.setattr(module, "_PARSER", parser)
    assert " ".join(codes(text)) == place


@pytest.mark.parametrize("text", ['a: "\\U00110000"', 'a: "\\UFFFFFFFF"', f"%YAML 1.{'9' * 5000}\n---\na"])
@pytest.mark.parametrize("parser", [yaml.cyaml.CBaseLoader, module._PythonParser])
def test_a_number_too_large_for_what_it_stands_for_is_a_syntax_error(
    text: str, parser: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_PARSER", parser)
    (found,) = codes(text)
    assert found.startswith("1:") and found.endswith("S103")
