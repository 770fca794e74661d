"""What an unquoted word means."""

from __future__ import annotations

import pytest

from reconciler.spec.plain import Misread, resolve


@pytest.mark.parametrize(
    "word",
    [
        "lille",
        "10.136.16.0/20",
        "172.16.0.1",
        "700-719",
        "4-9,16",
        "00:16:3e:ab:cd:ef",
        "4h",
        "512MiB",
        "1.2.3",
        "-",
        "+x",
    ],
)
def test_a_word_of_our_documents_is_text(word: str) -> None:
    assert resolve(word) == word


@pytest.mark.parametrize(("word", "value"), [("0", 0), ("700", 700), ("-3", -3), ("+3", 3)])
def test_a_decimal_number_is_a_number(word: str, value: int) -> None:
    assert resolve(word) == value


@pytest.mark.parametrize(("word", "value"), [("true", True), ("FALSE", False), ("null", None), ("~", None), ("", None)])
def test_the_words_of_yaml_1_2_have_their_values(word: str, value: bool | None) -> None:
    assert resolve(word) is value


@pytest.mark.parametrize(
    ("word", "code"),
    [
        *[(word, "S112") for word in ("yes", "No", "ON", "off", "y", "N")],
        *[(word, "S113") for word in ("12:34:56", "11:22:33:44:55:10", "1:2", "190:20:30.15")],
        *[(word, "S114") for word in ("010", "0o17", "0x1F", "0b11", "1_000", "00", "-017")],
        *[(word, "S115") for word in ("2024-01-01", "2024-1-1T10:00:00Z", "2024-01-01 10:00")],
        *[(word, "S116") for word in ("1.5", ".5", "1.", "1e3", ".inf", "-.INF", ".NaN", "10.136")],
        *[(word, "S117") for word in ("9" * 16, "9" * 5000)],
    ],
)
def test_a_word_that_readers_disagree_about_is_refused(word: str, code: str) -> None:
    meaning = resolve(word)
    assert isinstance(meaning, Misread) and meaning.code == code
