"""What devices and guests say is printed as it is, and never obeyed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.cli.output import result, result_json, say, table
from reconciler.cli.progress import PlainProgress, describe
from reconciler.engine.effects import Settled, Skipped
from reconciler.model.errors import Rejected
from reconciler.model.outcome import Done, Failed, Waiting
from reconciler.spec.text import escape
from tests.planning.worlds import at, planned, thing

STEP = planned([thing("a")]).steps[at("a")]
LIKE_MARKUP = ["00:16:3e:ab:cd:ef", "[/etc/xen/a.cfg]", "[alpha]", "[bold]x[/bold]", ":smile:", "{braces} %s %d"]


@pytest.mark.parametrize("text", LIKE_MARKUP)
def test_what_looks_like_markup_is_printed_as_it_is(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    result(text)
    say(text)
    assert capsys.readouterr() == (f"{text}\n", f"{text}\n")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", "\\u001b[31mred"),
        ("a\rb", "a\\u000db"),
        ("\x9b2J", "\\u009b2J"),
        ("\u202etxt.exe", "\\u202etxt.exe"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("tab\tand\nline", "tab\tand\nline"),
        ("é 漢 …", "é 漢 …"),
    ],
)
def test_what_steers_a_terminal_is_made_visible(text: str, shown: str) -> None:
    assert escape(text) == shown


@given(st.text())
def test_nothing_escaped_can_steer_a_terminal(text: str) -> None:
    shown = escape(text)
    assert all(c in "\n\t" or (ord(c) >= 32 and not 0x7F <= ord(c) <= 0x9F) for c in shown)
    shown.encode()
    assert escape(shown) == shown


def test_json_is_ascii_and_plain(capsys: pytest.CaptureFixture[str]) -> None:
    result_json({"said": "\x1b[31m \u202e é"})
    out = capsys.readouterr().out
    assert out.isascii() and "\x1b" not in out and json.loads(out) == {"said": "\x1b[31m \u202e é"}


def test_a_table_is_not_wrapped_and_its_columns_line_up() -> None:
    lines = table(["NAME", "X"], [["a" * 300, "1"], ["b", "2"]]).splitlines()
    assert [line.rstrip()[-1] for line in lines] == ["X", "1", "2"] and len({len(line) for line in lines}) == 1


@pytest.mark.parametrize(
    ("report", "line"),
    [
        (Settled(STEP, Done(at("a"))), "✓ made domain a"),
        (Settled(STEP, Waiting(at("a"), "busy", 2)), "… domain a: busy"),
        (Settled(STEP, Failed(at("a"), Rejected("no [room]"))), "✗ domain a: no [room]"),
        (Settled(STEP, Failed(at("a"), Rejected("cut"), unsure=True)), "? domain a: cut (outcome unknown)"),
        (Skipped(STEP, frozenset({at("b")})), "- skipped domain a: needs domain/exp/b"),
        (Skipped(STEP, frozenset()), ""),
    ],
)
def test_every_transition_is_one_line(report: Any, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert describe(report) == line
    PlainProgress().report(report)
    assert capsys.readouterr().err == (f"{line}\n" if line else "")


def test_a_coloured_mark_stands_before_a_device_s_escaped_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("FORCE_COLOR", "1")
    PlainProgress().report(Settled(STEP, Failed(at("a"), Rejected("\x1b[2Jgone"))))
    assert capsys.readouterr().err == "\x1b[31m✗\x1b[0m domain a: \\u001b[2Jgone\n"


def test_after_a_long_silence_there_is_a_sign_of_life(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from reconciler.cli import progress

    plain, waits = PlainProgress(), iter([False, True])
    monkeypatch.setattr(plain.over, "wait", lambda seconds: next(waits))
    monkeypatch.setattr(progress.time, "monotonic", lambda: plain._last + 31)
    plain.beat()
    assert capsys.readouterr().err == "still at work: waiting\n"
