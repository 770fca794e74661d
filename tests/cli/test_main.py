"""Exit codes, streams and errors of the command line as a whole."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from reconciler.cli.exits import TABLE, Exit, exit_of, worst
from reconciler.cli.main import _COMMANDS, cli
from reconciler.model import errors
from tests.cli.shell import COMMAND, ROOT, InProcess, Shell

SITES = ROOT / "specs" / "sites"
QUICKSTART = ROOT / "examples" / "quickstart.yaml"


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> InProcess:
    return InProcess(tmp_path / "state", monkeypatch, capfd)


def help_of(*names: str) -> str:
    done = CliRunner().invoke(cli, [*names, "--help"])
    assert done.exit_code == 0
    return done.output


def test_help_lists_every_command_and_every_exit_code() -> None:
    text = help_of()
    assert all(f"\n  {name} " in text for name in _COMMANDS)
    for code in (0, 1, 2, 3, 4, 5, 6, 7, 8, 64, 130):
        assert any(line.split()[:1] == [str(code)] for line in text.splitlines()), code
    assert {str(int(code)) for code in Exit} - {"9"} <= {word.strip("(:") for word in TABLE.split()}


@pytest.mark.parametrize("name", sorted(_COMMANDS))
def test_every_command_has_help_that_says_what_it_does(name: str) -> None:
    lines = help_of(name).splitlines()
    assert lines[0].startswith("Usage: ") and lines[2].strip()


@pytest.mark.parametrize(
    ("typed", "meant"), [("aply", "apply"), ("validat", "validate"), ("statu", "status"), ("destory", "destroy")]
)
def test_a_typing_error_is_answered_with_what_was_meant(shell: InProcess, typed: str, meant: str) -> None:
    done = shell(typed)
    assert done.returncode == 64 and f"Did you mean '{meant}'?" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",), ("plan",), ("plan", "--nonsense"), ("plan", "-f", "x", "-o", "xml"), ("apply",), ("destroy",),
        ("apply", "-f", "x", "--parallelism", "0"), ("apply", "-f", "x", "--timeout", "soon"), ("show",),
        ("show", "nobody"), ("status", "nobody"), ("vms", "nobody"), ("drift", "nobody"), ("leases", "list", "nobody"),
        ("destroy", "nobody", "--yes"), ("schema", "nonsense"), ("completion", "cmd"), ("watch", "-f", "-"),
    ],
)  # fmt: skip
def test_a_wrong_call_or_a_name_that_matches_nothing_is_a_usage_error(
    shell: InProcess, arguments: tuple[str, ...]
) -> None:
    done = shell(*arguments)
    assert done.returncode == 64, done.stderr
    assert done.stdout == "" and "Error: " in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["validate", "plan", "diff", "apply"])
def test_a_missing_file_is_an_invalid_document_with_a_place(shell: InProcess, command: str) -> None:
    done = shell(command, "-f", "no/such.yaml")
    assert done.returncode == 4
    assert done.stderr.startswith("no/such.yaml:1:1: error S121: cannot read: No such file or directory")


def test_an_invalid_document_is_told_with_place_excerpt_and_code(shell: InProcess, tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(QUICKSTART.read_text().replace("site: lille", "site: lile"))
    done = shell("plan", "-f", file, "-f", SITES)
    assert done.returncode == 4 and done.stdout == ""
    assert f'{file}:9:27: error S301: no Site is named "lile"' in done.stderr
    assert " 9 |     - {name: north, site: lile," in done.stderr
    assert done.stderr.count("S301: ") == 1, "shown once"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("plan", "-f", "no/such.yaml"), 4),
        (("diff", "-f", "no/such.yaml"), 4),
        (("apply", "-f", "no/such.yaml", "--yes"), 4),
        (("apply", "no/such.plan", "--yes"), 6),
        (("apply", "README.md", "--yes"), 6),
        (("status", "nobody"), 64),
        (("drift", "nobody"), 64),
        (("show", "nobody"), 64),
        (("leases", "list", "nobody"), 64),
        (("plan", "-f", str(QUICKSTART), "-f", str(SITES)), 5),
    ],
)
def test_who_asks_for_json_gets_json_also_when_it_fails(
    shell: InProcess, arguments: tuple[str, ...], code: int
) -> None:
    done = shell(*arguments, "-o", "json")
    assert done.returncode == code, done.stderr
    said = json.loads(done.stdout)
    assert said["exitCode"] == code and done.stderr
    if code == 4:
        assert [(d["code"], d["at"]) for d in said["diagnostics"]] == [("S121", "no/such.yaml:1:1")]


@pytest.mark.parametrize("form", ["json", "sarif"])
def test_a_report_of_a_missing_file_is_a_report(shell: InProcess, form: str) -> None:
    done = shell("validate", "-f", "no/such.yaml", "--format", form)
    assert done.returncode == 4 and "S121" in json.dumps(json.loads(done.stdout))


@pytest.mark.parametrize("arguments", [("status",), ("vms",), ("drift",), ("leases", "list"), ("version",)])
def test_json_of_nothing_is_json(shell: InProcess, arguments: tuple[str, ...]) -> None:
    done = shell(*arguments, "-o", "json")
    assert done.returncode == 0 and json.loads(done.stdout) is not None


def test_a_site_of_the_lab_without_a_lab_says_how_to_start_it(shell: InProcess) -> None:
    done = shell("plan", "-f", QUICKSTART, "-f", SITES)
    assert done.returncode == 5 and "`reconciler lab start` first" in done.stderr


def test_documents_come_from_standard_input_too(shell: InProcess) -> None:
    done = shell("validate", "-f", "-", "-f", SITES, stdin=QUICKSTART.read_text())
    assert done.returncode == 0 and "1 experiment" in done.stderr
    assert "-:1:8: error S103" in shell("validate", "-f", "-", "-f", SITES, stdin="kind: [").stderr


def test_a_folder_without_documents_is_a_usage_error(shell: InProcess, tmp_path: Path) -> None:
    assert shell("validate", "-f", tmp_path).returncode == 64


# -- colour ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "coloured"),
    [
        ({}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": ""}, True),
        ({"FORCE_COLOR": "1", "CI": "true"}, True),
    ],
)
def test_a_pipe_has_no_colour_unless_asked_and_never_with_no_color(
    shell: InProcess, more: dict[str, str], coloured: bool
) -> None:
    said = shell("apply", "no/such.plan", more=more).stderr
    assert ("\x1b[" in said) is coloured
    assert "\\u001b" not in said, "our own colours are not escaped"


# -- broken things -----------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["schema", "--help", "version"])
def test_a_reader_that_goes_away_is_no_error(shell: InProcess, command: str) -> None:
    environment = Shell(shell.state).environment()
    with subprocess.Popen(
        [*COMMAND, command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, cwd=ROOT
    ) as process:
        assert process.stdout and process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""


@pytest.mark.parametrize(
    "arguments",
    [("plan", "-f", str(QUICKSTART), "-f", str(SITES)), ("leases", "list"), ("status",), ("vms", "-o", "json")],
)
def test_a_state_directory_that_cannot_be_one_is_told_in_a_line(
    shell: InProcess, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    shell.state.write_text("")
    done = shell(*arguments)
    assert done.returncode in (1, 5) and "Traceback" not in done.stderr and len(done.stderr.splitlines()) == 1


def test_a_state_file_that_is_none_is_told_in_a_line(shell: InProcess) -> None:
    shell.state.mkdir()
    (shell.state / "state.db").write_text("nonsense " * 1000)
    done = shell("leases", "list")
    assert done.returncode == 5 and "not a state file" in done.stderr


# -- the table ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.SpecError(()), 4), (errors.Refused("x"), 5), (errors.Stale("x"), 6), (errors.Locked("x"), 7),
        (errors.Exhausted("x"), 7), (errors.Unreachable("x"), 1), (errors.DependencyCycle("x"), 1),
    ],
)  # fmt: skip
def test_every_error_has_its_code(error: errors.ReconcilerError, code: int) -> None:
    assert exit_of(error) == code


@pytest.mark.parametrize(
    ("codes", "whole"), [([], 0), ([0, 0], 0), ([0, 2], 2), ([2, 3], 3), ([4, 2, 0], 4), ([0, 7, 2], 7)]
)
def test_any_failure_beats_differences_and_they_beat_success(codes: list[int], whole: int) -> None:
    assert worst([Exit(code) for code in codes]) == whole


def test_a_flag_may_stand_in_the_environment_under_its_own_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECONCILER_OUTPUT", "json")
    done = subprocess.run([sys.executable, "-m", "reconciler", "version"], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["reconciler"]


def test_a_document_without_an_experiment_destroys_nothing_and_says_so(tmp_path: Path) -> None:
    empty = tmp_path / "empty.yaml"
    empty.write_text("# nothing here\n")
    done = subprocess.run(
        [sys.executable, "-m", "reconciler", "--state-dir", str(tmp_path), "destroy", "-f", str(empty), "--yes"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (Exit.USAGE, Exit.INVALID) and done.stderr
