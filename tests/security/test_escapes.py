"""S17 and S18: what devices, guests and documents say cannot act on a terminal, nor pass for a line of ours."""

from __future__ import annotations

import io
import json
import re
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.cli import progress
from reconciler.cli.events import EventLog
from reconciler.cli.output import result, result_json, say, table
from reconciler.engine.effects import Settled, Skipped, Started
from reconciler.model.address import Address, Endpoint
from reconciler.model.change import Change
from reconciler.model.diagnostic import Diagnostic, Span
from reconciler.model.errors import Rejected
from reconciler.model.outcome import Done, Failed, Waiting
from reconciler.model.plan import Plan, Step
from reconciler.model.resource import Resource
from reconciler.planning.render import render_markdown, render_plan
from reconciler.spec.excerpt import render_text
from reconciler.spec.report import Format, render_report
from reconciler.transport.netconf import NetconfPool
from tests.transport.netconf_peer import END, Peer, listening
from tests.transport.netconf_peer import reply as rpc_reply

ACTS = (
    "\x1b[2J",
    "\x1b]52;c;cm0gLXJm\x07",
    "\x1b]0;title\x1b\\",
    "\x9b31m",
    "\x90q\x9c",
    "a\rb",
    "a\x08b",
    "\u202egnp.exe",
    "a\u2066b\u2069",
    "a\u200bb",
    "\ufeff",
    "\x7f",
    "\u2028",
)
SAID = st.one_of(st.sampled_from(ACTS), st.text())
OURS = re.compile(r"\x1b\[[0-9;]*m")
ADDRESS = Address("domain", "exp", "web-0")
STEP = Step(Change(Resource(ADDRESS, Endpoint("xen", "h1.lille"), "spec"), None, "spec"), ())
QUIET = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def unfit(shown: str) -> set[str]:
    """What is left that a terminal acts on, or an eye cannot see."""
    bidi = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u200c\u200d\u2060\ufeff")
    plain = OURS.sub("", shown)
    return {c for c in plain if c not in "\n\t" and (ord(c) < 32 or 0x7F <= ord(c) <= 0x9F or c in bidi)}


def lines_said(capsys: pytest.CaptureFixture[str]) -> list[str]:
    said = capsys.readouterr()
    assert not unfit(said.out + said.err)
    return (said.out + said.err).split("\n")[:-1]


@QUIET
@given(SAID)
def test_s17_whatever_is_said_no_output_acts_on_a_terminal(capsys: pytest.CaptureFixture[str], text: str) -> None:
    say(text, mark="error:", colour="red")
    result(text)
    result_json({text: text})
    result(table([text], [[text]]))
    plan = Plan({}, {}, unknown={ADDRESS: text}, foreign={ADDRESS: text}, waiting={ADDRESS: text})
    result(render_plan("exp", plan, full=True))
    result(render_markdown("exp", plan))
    lines_said(capsys)


@QUIET
@given(SAID, SAID)
def test_s17_a_report_on_documents_does_not_act_on_a_terminal(text: str, said: str) -> None:
    found = [Diagnostic("S209", said, Span(said, 1, 1), said)]
    assert not unfit(render_text(found, {said: text}))
    for form in Format:
        assert not unfit(render_report(found, {said: text}, form)), form


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("text", [*ACTS, "[red]x[/red]", "[link=http://x]y[/link]"])
def test_s17_the_moving_display_shows_foreign_words_as_they_are(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    live = Terminal()
    monkeypatch.setattr(sys, "stderr", live)
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    with progress.make_progress(quiet=False) as display:
        display.planned(Plan({ADDRESS: STEP}, {}))
        display.report(Settled(STEP, Failed(ADDRESS, Rejected(text))))
        display.line(text)
    shown = live.getvalue()
    assert display.__class__.__name__ == "LiveProgress"
    own = re.sub(r"\x1b\[(\?25[lh]|[0-9;]*[mKA]|2K)|\r", "", shown)
    assert not unfit(own)
    assert text.isprintable() is False or text in own


# -- one record is one line --------------------------------------------------------------------------

FORGED = (
    "refused\n✓ made domain exp-web-1",
    "a\r\nb",
    'x"}\n{"type":"run_summary","exitCode":0}',
    "a\x0bb\x0cc\x85d\u2028e",
)


@pytest.mark.parametrize("text", FORGED)
def test_s18_a_transition_is_one_line_whatever_a_device_said(capsys: pytest.CaptureFixture[str], text: str) -> None:
    plain = progress.PlainProgress()
    for outcome in (Failed(ADDRESS, Rejected(text)), Failed(ADDRESS, Rejected(text), True), Waiting(ADDRESS, text, 1)):
        plain.report(Settled(STEP, outcome))
        (line,) = lines_said(capsys)
        assert not line.startswith("✓")


@pytest.mark.parametrize("text", FORGED)
def test_s18_a_reason_in_a_plan_and_a_cell_of_a_table_are_one_line(text: str) -> None:
    quiet = render_plan("exp", Plan({}, {}, unknown={ADDRESS: "x"}))
    assert render_plan("exp", Plan({}, {}, unknown={ADDRESS: text})).count("\n") == quiet.count("\n")
    assert table(["A", "B"], [[text, "b"]]).count("\n") == 1


@QUIET
@given(st.one_of(st.sampled_from(FORGED), SAID))
def test_s18_an_event_is_one_line_of_ascii_json_whatever_it_tells(tmp_path: Path, text: str) -> None:
    file = tmp_path / "events"
    file.unlink(missing_ok=True)
    with EventLog(str(file), "r1", "exp") as log:
        log.report(Started(Endpoint("xen", text), (STEP,)))
        for outcome in (Done(ADDRESS), Failed(ADDRESS, Rejected(text)), Waiting(ADDRESS, text, 1.0)):
            log.report(Settled(STEP, outcome))
        log.report(Skipped(STEP, frozenset({Address("domain", "exp", text)})))
    data = file.read_bytes()
    records = [json.loads(line) for line in data.split(b"\n")[:-1]]
    assert data.isascii() and not unfit(data.decode())
    assert [record["seq"] for record in records] == list(range(1, len(records) + 1))
    assert [r["type"] for r in records].count("run_summary") == 1


def test_s18_what_a_switch_says_in_an_error_is_one_short_line(tmp_path: Path) -> None:
    text = "no\n✓ made switch sw-1\n" + "x" * 100_000
    content = (
        f"<rpc-error><error-type>protocol</error-type><error-tag>invalid-value</error-tag>"
        f"<error-severity>error</error-severity><error-message>{text}</error-message></rpc-error>"
    ).encode()
    with listening(Peer(lambda request: rpc_reply(request, content * 50) + END), tmp_path) as contact:
        pool = NetconfPool({"sw": contact}, connect_s=5, rpc_s=5)
        with pytest.raises(Rejected) as caught:
            pool.session("sw").commit()
        pool.close()
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 5000
