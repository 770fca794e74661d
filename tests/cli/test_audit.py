"""The audit log from the command line."""

from __future__ import annotations

import json
import os
import pwd
import sqlite3
from pathlib import Path

import pytest

from tests.cli.shell import InProcess


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> InProcess:
    """Where two acts were done by hand, and nothing else."""
    made = InProcess(tmp_path / "state", monkeypatch, capfd)
    made("leases", "reserve", "10.136.0.9", "--for", "printers", "--reason", "second floor")
    made("leases", "quota", "web", "--nodes", "2")
    return made


def change(shell: InProcess, *statements: str) -> None:
    """As whoever may write the file can."""
    db = sqlite3.connect(shell.state / "state.db", isolation_level=None)
    for statement in ("DROP TRIGGER audit_not_changed", "DROP TRIGGER audit_not_shortened", *statements):
        db.execute(statement)
    db.close()


def kept(shell: InProcess, folder: Path) -> Path:
    path = folder / "heads.json"
    path.write_text(shell("audit", "verify", "-o", "json").stdout)
    return path


def test_what_was_done_by_hand_is_shown_with_who_did_it(shell: InProcess) -> None:
    first, second = json.loads(shell("audit", "show", "-o", "json").stdout)
    assert (first["act"], first["what"]) == ("reserved", "10.136.0.9 for printers")
    assert (second["number"], second["act"]) == (2, "limited")
    assert first["who"].startswith(f"{pwd.getpwuid(os.geteuid()).pw_name}@")
    text = shell("audit", "show").stdout
    assert "(site)" in text and "10.136.0.9 for printers" in text and "second floor" not in text
    assert "10.136.0.9" not in shell("audit", "show", "--last", "1").stdout


def test_an_experiment_that_nothing_was_done_for_is_a_mistake(shell: InProcess) -> None:
    unknown = shell("audit", "show", "exp")
    assert unknown.returncode == 64 and "no experiment named exp" in unknown.stderr


def test_a_state_in_which_nothing_was_done_has_nothing_to_show(shell: InProcess, tmp_path: Path) -> None:
    elsewhere = {"RECONCILER_STATE_DIR": str(tmp_path / "new")}
    assert shell("audit", "show", more=elsewhere).stdout == "nothing was done yet\n"
    assert shell("audit", "verify", more=elsewhere).returncode == 0


def test_chains_that_fit_end_with_0_and_tell_how_far_they_go(shell: InProcess, tmp_path: Path) -> None:
    verified = shell("audit", "verify")
    assert verified.returncode == 0 and verified.stderr == ""
    (line,) = verified.stdout.splitlines()[1:]
    assert line.split()[:2] == ["(site)", "2"]
    assert shell("audit", "verify", "--expect", kept(shell, tmp_path)).returncode == 0


def test_a_changed_entry_is_named_and_ends_with_3(shell: InProcess) -> None:
    change(shell, "UPDATE audit SET who = 'nobody@nowhere/1' WHERE number = 1")
    verified = shell("audit", "verify", "-o", "json")
    assert verified.returncode == 3
    (fault,) = json.loads(verified.stdout)["faults"]
    assert fault.startswith("(site): entry 1 was changed after it was written") and fault in verified.stderr


def test_a_log_that_was_cut_off_is_found_by_what_was_printed_before(shell: InProcess, tmp_path: Path) -> None:
    before = kept(shell, tmp_path)
    change(shell, "DELETE FROM audit WHERE number = 2")
    assert shell("audit", "verify").returncode == 0
    found = shell("audit", "verify", "--expect", before)
    assert found.returncode == 3 and "(site): entry 2 is missing" in found.stderr


def test_heads_of_another_state_are_no_proof(shell: InProcess, tmp_path: Path) -> None:
    before = kept(shell, tmp_path)
    found = shell("audit", "verify", "--expect", before, more={"RECONCILER_STATE_DIR": str(tmp_path / "new")})
    assert found.returncode == 3 and "another one" in found.stderr


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"lineage": "x"}',
        '{"lineage": 1, "heads": []}',
        '{"lineage": "x", "heads": [{"experiment": "", "number": "2", "hash": "h"}]}',
        '{"lineage": "x", "heads": [{"experiment": "", "number": true, "hash": "h"}]}',
        '{"lineage": "x", "heads": ' + "[" * 100_000,
    ],
)
def test_a_file_that_holds_no_heads_is_refused(shell: InProcess, tmp_path: Path, text: str) -> None:
    path = tmp_path / "heads.json"
    path.write_text(text)
    refused = shell("audit", "verify", "--expect", path)
    assert refused.returncode == 5 and "give a file with that" in refused.stderr


def test_a_file_that_is_not_there_is_named(shell: InProcess, tmp_path: Path) -> None:
    missing = shell("audit", "verify", "--expect", tmp_path / "none.json")
    assert missing.returncode != 0 and "none.json" in missing.stderr
