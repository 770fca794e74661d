"""Text and JSON of devices, good and hostile."""

from __future__ import annotations

import time

import pytest

from reconciler.transport.decoding import MOST_VALUES, decode, parse_json


def test_text_is_utf_8_and_a_byte_that_is_not_shows_which_it_was() -> None:
    assert decode("é".encode()) == "é"
    assert decode(b"a\xffb") == "a\\xffb"


def test_a_replacement_character_that_was_sent_stays_one() -> None:
    assert decode("a\ufffdb".encode()) == "a\ufffdb"


def test_megabytes_that_are_no_text_cost_no_seconds() -> None:
    started = time.process_time()
    assert set(decode(b"\xff" * (8 << 20))) == {"\ufffd"}
    assert time.process_time() - started < 1


def test_json_of_any_kind_is_read() -> None:
    assert parse_json('{"a": [1, null, "x"]}') == {"a": [1, None, "x"]}


@pytest.mark.parametrize(
    "text",
    ["", "{", '{"a":' + "[" * 1_000_000, '{"a":' * 100_000, "[" + "{}," * MOST_VALUES + "{}]", "9" * 100_000],
    ids=["nothing", "a part", "deep lists", "deep objects", "too many", "too long a number"],
)
def test_what_is_no_json_or_too_much_of_it_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_json(text)
