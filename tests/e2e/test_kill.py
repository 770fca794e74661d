"""Killed anywhere, the next run finishes: nothing twice, nothing orphaned.  Stopped politely, it says so."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.campaigns.command_line import CommandLine, open_lab, wait
from tests.campaigns.inspection import check_nothing, check_same, look
from tests.campaigns.kill_command_line import APPLY, DESTROY, Undisturbed, kill_apply, kill_destroy, prepare
from tests.campaigns.moments import spread

SEED = 7


@pytest.fixture(scope="module")
def line() -> Iterator[CommandLine]:
    with open_lab("--seed", str(SEED)) as line:
        yield line


@pytest.fixture(scope="module")
def known(line: CommandLine) -> Undisturbed:
    return prepare(line)


@pytest.mark.parametrize("number", range(6))
def test_killed_at_any_moment_the_next_apply_and_the_next_destroy_finish(
    line: CommandLine, known: Undisturbed, number: int
) -> None:
    chance = random.Random(SEED)
    applied, destroyed = (spread(span, 6, chance)[number] for span in (known.apply, known.destroy))
    assert kill_apply(line, known, applied).struck
    assert kill_destroy(line, destroyed).struck


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_one_signal_ends_what_is_under_way_and_starts_nothing_more(
    line: CommandLine, known: Undisturbed, number: signal.Signals, code: int
) -> None:
    line.forget()
    process = _start_and_wait_for(line, "deployment")
    process.send_signal(number)
    ended = wait(process)
    assert (ended.code, "resumes" in ended.out) == (code, True), ended
    stopped = look(line)
    assert (stopped.open_intents, stopped.domains) == (0, []), "what was under way was not settled"
    _resume(line, known)


def test_a_stopped_destroy_says_so_and_the_next_one_finishes(line: CommandLine, known: Undisturbed) -> None:
    line.forget()
    line.expect(*APPLY)
    _slow(line)
    process = _start_and_wait_for(line, "domain", *DESTROY)
    process.send_signal(signal.SIGINT)
    ended = wait(process)
    _mend(line)
    assert (ended.code, "resumes" in ended.out) == (130, True), ended
    assert look(line).recorded
    line.expect(*DESTROY)
    check_nothing(look(line))


def test_the_second_signal_abandons_the_waits_and_leaves_the_journal_open(
    line: CommandLine, known: Undisturbed
) -> None:
    line.forget()
    _slow(line)
    process = _start_and_wait_for(line, "domain")
    process.send_signal(signal.SIGINT)
    time.sleep(0.3)
    assert process.poll() is None, "nothing was under way any more"
    process.send_signal(signal.SIGINT)
    started = time.monotonic()
    ended = wait(process)
    assert time.monotonic() - started < 1, "it went on waiting"
    assert (ended.code, "abandoned" in ended.err) == (130, True), ended
    assert look(line).open_intents
    _mend(line)
    _resume(line, known)


def test_a_run_that_died_after_its_last_act_leaves_no_intent_open_for_ever(
    line: CommandLine, known: Undisturbed
) -> None:
    line.forget()
    line.expect(*APPLY)
    with closing(sqlite3.connect(line.folder / "state.db")) as db, db:
        db.execute("UPDATE intents SET state = 'issued', settled_at = NULL WHERE kind = 'domain'")
    assert look(line).open_intents == 24
    _resume(line, known)


def test_a_commit_that_lands_after_the_death_of_who_asked_is_found_and_not_repeated(
    line: CommandLine, known: Undisturbed
) -> None:
    line.forget()
    line.expect("lab", "break", "switch", "sw-2.lille", "late-commit", "--count", "1", "--delay", "2")
    process = _start_and_wait_for(line, "switch")
    time.sleep(0.5)
    process.kill()
    assert wait(process).code == -signal.SIGKILL
    _resume(line, known)


def _resume(line: CommandLine, known: Undisturbed) -> None:
    line.expect(*APPLY)
    picture = look(line)
    check_same(picture, known.picture)
    assert picture.deployments == known.picture.deployments


def _start_and_wait_for(line: CommandLine, kind: str, *words: str) -> subprocess.Popen[str]:
    """Start and return once a step on a resource of that kind has been sent."""
    events = line.folder / "events"
    events.unlink(missing_ok=True)
    process = line.start(*(words or APPLY), "--events", str(events))
    until = time.monotonic() + 30
    while time.monotonic() < until and process.poll() is None:
        if events.exists() and any(_has_started(text, kind) for text in events.read_text().splitlines()):
            return process
        time.sleep(0.01)
    process.kill()
    raise AssertionError(f"no {kind} was started: {wait(process)}")


def _has_started(event: str, kind: str) -> bool:
    return '"type": "action_started"' in event and f'"address": "{kind}/' in event


def _slow(line: CommandLine) -> None:
    for node in ("chinqchint-1.lille", "griffon-1.nancy"):
        line.expect("lab", "break", "host", node, "slow", "--delay", "2")


def _mend(line: CommandLine) -> None:
    for node in ("chinqchint-1.lille", "griffon-1.nancy"):
        line.expect("lab", "break", "host", node, "clear")
