from __future__ import annotations

from tests.docs.transcript import Exchange, agrees, exchanges


def test_commands_and_what_they_print_are_taken_from_console_blocks_alone() -> None:
    page = "```yaml\n$ no\n```\n```console\n$ one\nsaid\n\n$ two\n```\n"
    assert exchanges(page) == [Exchange("one", ("said", "")), Exchange("two", ())]


def test_an_ellipsis_stands_for_text_or_for_lines() -> None:
    assert agrees(("a … c", "…", "z"), "a b c\nx\ny\nz\n")
    assert agrees(("a", "…"), "a\n")
    assert agrees(("A …B",), "A     B\n")


def test_anything_else_has_to_be_as_it_says() -> None:
    assert not agrees(("a",), "a\nb\n")
    assert not agrees(("a", "b"), "a\n")
    assert not agrees(("a.c",), "abc\n")
    assert not agrees((), "a warning\n")
