"""What a run says with its code about why it did not get what it wanted."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from reconciler.cli.exits import exit_of_ending
from reconciler.runs import lock
from reconciler.runs.ending import Ending
from reconciler.store import database
from reconciler.store.store import Store
from reconciler.wiring import open_store
from tests.cli.shell import InProcess
from tests.cli.test_run import IMAGES, document


@pytest.fixture
def spec(shell: InProcess, tmp_path: Path) -> Iterator[Path]:
    file = tmp_path / "e.yaml"
    file.write_text(document("exp", 2))
    yield file
    for project in ("*", "vision"):
        shell("leases", "quota", project, "--addresses", "default")
    assert shell("destroy", "-f", file, "-f", IMAGES, "--yes").returncode == 0


@pytest.fixture
def store(shell: InProcess) -> Iterator[Store]:
    with closing(open_store(shell.state)) as opened:
        yield opened


def run(shell: InProcess, spec: Path, *more: str) -> tuple[int, dict[str, object]]:
    """The code, and what is said about the run."""
    done = shell("apply", "-f", spec, "-f", IMAGES, "--yes", "-o", "json", *more)
    said = json.loads(done.stdout)
    (run,) = said if isinstance(said, list) else [said]
    assert run["exitCode"] == done.returncode
    return done.returncode, run


# -- quotas ---------------------------------------------------------------------------------------------


def test_a_run_that_its_quota_refuses_ends_with_5_and_has_done_nothing(
    shell: InProcess, spec: Path, tmp_path: Path
) -> None:
    shell("leases", "quota", "*", "--addresses", "1")
    log = tmp_path / "events"
    code, said = run(shell, spec, "--events", str(log))
    assert (code, said["changes"]) == (5, 0)
    assert "may hold 1 addresses" in str(said["failed"])
    assert json.loads(log.read_text().splitlines()[-1])["exitCode"] == 5
    shell("leases", "quota", "*", "--addresses", "default")
    assert run(shell, spec)[0] == 0


def test_more_than_the_quota_ends_with_5_and_what_there_was_stays(shell: InProcess, spec: Path) -> None:
    assert run(shell, spec)[0] == 0
    shell("leases", "quota", "*", "--addresses", "2")
    spec.write_text(document("exp", 3))
    assert run(shell, spec)[0] == 5
    assert len(json.loads(shell("vms", "exp", "-o", "json").stdout)) == 2
    spec.write_text(document("exp", 2))
    assert run(shell, spec)[0] == 0


# -- locks ----------------------------------------------------------------------------------------------


def test_a_lock_that_another_keeps_is_waited_for_and_ends_with_7(shell: InProcess, spec: Path, store: Store) -> None:
    store.lock("exp", "other")
    began = time.monotonic()
    code, said = run(shell, spec, "--lock-timeout", "1s")
    store.unlock("exp", "other")
    assert code == 7 and "locked by run other" in str(said) and time.monotonic() - began >= 1


def test_of_several_experiments_one_that_is_held_ends_with_7_and_the_others_are_made(
    shell: InProcess, spec: Path, store: Store
) -> None:
    free = spec.with_name("free.yaml")
    free.write_text(document("free", 1))
    store.lock("exp", "other")
    done = shell("apply", "-f", spec, "-f", free, "-f", IMAGES, "--yes", "-o", "json")
    store.unlock("exp", "other")
    codes = {run["experiment"]: run["exitCode"] for run in json.loads(done.stdout)}
    assert shell("destroy", "free", "--yes").returncode == 0
    assert (done.returncode, codes) == (7, {"exp": 7, "free": 0})


@contextmanager
def during(log: Path, what: str, act: threading.Event) -> Iterator[None]:
    """Set ``act`` as soon as such an event is in the log."""
    over = threading.Event()

    def follow() -> None:
        while not over.wait(0.005):
            if log.exists() and what in log.read_text():
                act.set()
                return

    follower = threading.Thread(target=follow)
    follower.start()
    yield
    over.set()
    follower.join()


def test_a_run_whose_lock_is_taken_from_it_ends_with_7(
    shell: InProcess, spec: Path, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A deployer that takes its time: nothing is written, and only the beat finds out."""
    monkeypatch.setattr(lock, "BEAT_S", 0.05)
    log, begun = tmp_path / "events", threading.Event()
    shell("lab", "break", "deployer", "lille", "slow", "--delay", "1")

    def take() -> None:
        assert begun.wait(60)
        store.release_lock("exp")
        store.lock("exp", "other")

    taking = threading.Thread(target=take)
    taking.start()
    with during(log, '"action_started"', begun):
        code, said = run(shell, spec, "--events", str(log))
    taking.join()
    store.unlock("exp", "other")
    shell("lab", "break", "deployer", "lille", "clear")
    assert code == 7, said
    last = json.loads(log.read_text().splitlines()[-1])
    assert (last["type"], last["exitCode"]) == ("run_summary", 7)


def test_a_state_file_that_another_program_keeps_locked_ends_with_7_and_is_not_called_damaged(
    shell: InProcess, spec: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_S", 0.1)
    with closing(sqlite3.connect(shell.state / "state.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        done = shell("apply", "-f", spec, "-f", IMAGES, "--yes")
        other.execute("ROLLBACK")
    assert done.returncode == 7 and "restore" not in done.stderr
    assert "state.db" in done.stderr and "nothing was changed, try again" in done.stderr


def test_a_state_file_that_is_locked_in_the_middle_of_a_run_ends_with_7(
    shell: InProcess, spec: Path, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_S", 0.1)
    log, begun, over = tmp_path / "events", threading.Event(), threading.Event()

    def keep() -> None:
        with closing(sqlite3.connect(shell.state / "state.db", isolation_level=None, timeout=30)) as other:
            assert begun.wait(60)
            other.execute("BEGIN IMMEDIATE")
            over.wait(60)
            other.execute("ROLLBACK")

    keeping = threading.Thread(target=keep)
    keeping.start()
    with during(log, '"action_started"', begun):
        done = shell("apply", "-f", spec, "-f", IMAGES, "--yes", "--events", str(log))
    over.set()
    keeping.join()
    assert done.returncode == 7, done.stderr
    assert json.loads(log.read_text().splitlines()[-1])["exitCode"] == 7
    store.release_lock("exp")  # it could not be given up, and this process lives on
    assert run(shell, spec)[0] == 0


@pytest.mark.parametrize("ending", Ending)
def test_every_ending_of_a_run_has_a_code_and_no_two_have_the_same(ending: Ending) -> None:
    assert [exit_of_ending(e) for e in Ending].count(exit_of_ending(ending)) == 1
