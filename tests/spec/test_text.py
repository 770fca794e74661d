"""Bytes to text, and what may be shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.diagnostic import Span
from reconciler.model.errors import SpecError
from reconciler.spec.text import decode, locate, printable, quote


def test_a_byte_that_is_not_utf_8_is_named_at_its_place() -> None:
    with pytest.raises(SpecError) as caught:
        decode("a: 1\né: ".encode() + b"\xff\n", "f")
    (found,) = caught.value.diagnostics
    assert (found.code, found.span) == ("S120", Span("f", 2, 4))


def test_a_byte_order_mark_is_dropped() -> None:
    assert decode(b"\xef\xbb\xbfa: 1", "f") == "a: 1"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_in_an_editor(end: str) -> None:
    text = f"ab{end}cde"
    assert locate(text, text.index("d"), "f") == Span("f", 2, 2)


def test_what_a_terminal_acts_on_is_shown_as_its_number() -> None:
    assert printable("a\x1b[31m\u202eb\n") == "a\\u001b[31m\\u202eb\\u000a"


def test_a_long_value_is_cut() -> None:
    assert quote("x" * 100, 10) == '"xxxxxxxxxx…"'


@given(st.text())
def test_whatever_is_shown_is_printable(text: str) -> None:
    assert printable(text).isprintable() and quote(text).isprintable()
