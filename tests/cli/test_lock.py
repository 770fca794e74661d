"""Locks from the command line."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciler.store.store import Store
from reconciler.wiring import open_store
from tests.cli.shell import InProcess


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> InProcess:
    return InProcess(tmp_path / "state", monkeypatch, capfd)


@pytest.fixture
def store(shell: InProcess) -> Iterator[Store]:
    made = open_store(shell.state)
    yield made
    made.close()


def test_a_lock_names_run_machine_process_and_age(shell: InProcess, store: Store) -> None:
    epoch = store.lock("exp", "run-1")
    (row,) = json.loads(shell("lock", "list", "-o", "json").stdout)
    assert (row["experiment"], row["run"], row["epoch"], row["process"]) == ("exp", "run-1", epoch, os.getpid())
    assert row["alive"] and "run: run-1" in shell("lock", "show", "exp").stdout


def test_a_lock_is_released_after_a_yes_and_the_run_that_had_it_is_told(shell: InProcess, store: Store) -> None:
    store.lock("exp", "run-1")
    assert shell("lock", "release", "exp").returncode == 64
    released = shell("lock", "release", "exp", "--yes")
    assert released.returncode == 0 and "released from run run-1" in released.stdout
    assert json.loads(shell("lock", "list", "-o", "json").stdout) == []


def test_a_run_that_lives_here_is_not_called_dead(shell: InProcess, store: Store) -> None:
    store.lock("exp", "run-1")
    refused = shell("lock", "release", "exp", "--dead", "--yes")
    assert refused.returncode == 5 and "is alive: process" in refused.stderr
    assert len(json.loads(shell("lock", "list", "-o", "json").stdout)) == 1


def test_a_lock_that_nobody_has_is_no_error(shell: InProcess) -> None:
    assert "no run has exp" in shell("lock", "show", "exp").stdout
    assert shell("lock", "release", "exp", "--yes").returncode == 0
