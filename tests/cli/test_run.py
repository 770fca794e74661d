"""Runs on a small lab, from the command line: questions, saved plans, events, watching."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.shell import COMMAND, ROOT, InProcess, Shell

IMAGES = ROOT / "specs" / "environments"


def document(name: str, vms: int, memory: str = "128MiB") -> str:
    return f"""\
apiVersion: reconciler/v1alpha1
kind: Experiment
metadata: {{name: {name}}}
spec:
  nodes:
    - {{name: hosts, site: lille, count: 1, image: debian-xen}}
  networks:
    - {{name: lan, kind: local, sites: [lille]}}
  vms:
    - {{name: vm, count: {vms}, on: hosts, image: tiny, memory: {memory}, networks: [lan]}}
"""


@pytest.fixture
def spec(shell: InProcess, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """A document of an experiment of this test's own; destroyed at its end."""
    name = request.node.originalname.removeprefix("test_").replace("_", "-")[:20].strip("-")
    file = tmp_path / f"{name}.yaml"
    file.write_text(document(name, 2))
    yield file
    shell("destroy", "-f", file, "-f", IMAGES, "--yes")


def apply(shell: InProcess, spec: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return shell("apply", "-f", spec, "-f", IMAGES, "--yes", *more)


def plan(shell: InProcess, spec: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return shell("plan", "-f", spec, "-f", IMAGES, *more)


def answer(shell: Shell, spec: Path, text: str) -> tuple[int, str]:
    """Run apply on a terminal and type ``text`` once it asks."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, "apply", "-f", str(spec), "-f", str(IMAGES)],
        stdin=theirs, stdout=subprocess.PIPE, stderr=theirs, env=shell.environment({"TERM": "xterm"}), cwd=ROOT,
    )  # fmt: skip
    os.close(theirs)
    said = b""
    asked = False
    while True:
        try:
            piece = os.read(ours, 4096)
        except OSError:
            break
        said += piece
        if not piece:
            break
        if not asked and b"is taken for yes" in said:
            asked = True
            os.write(ours, text.encode())
    process.communicate(timeout=60)
    os.close(ours)
    assert asked
    return process.returncode, said.decode(errors="replace")


# -- asking --------------------------------------------------------------------------------------------


def test_without_a_terminal_nobody_is_asked(shell: InProcess, spec: Path) -> None:
    for more in ((), ("-o", "json")):
        done = shell("apply", "-f", spec, "-f", IMAGES, *more)
        assert done.returncode == 64 and "give --yes" in done.stderr
        assert f"Plan for {spec.stem}" in done.stderr, "what would have been asked is shown"
        assert done.stdout == "" or json.loads(done.stdout)["exitCode"] == 64
    assert json.loads(plan(shell, spec, "-o", "json").stdout)["converged"] is False


@pytest.mark.parametrize("text", ["y\n", "YES\n", "\x04"])
def test_only_yes_is_yes(outside: Shell, spec: Path, text: str) -> None:
    code, said = answer(outside, spec, text)
    assert code == 5 and "not confirmed; nothing was done" in said


def test_yes_on_a_terminal_applies_with_a_live_display(outside: Shell, spec: Path) -> None:
    code, said = answer(outside, spec, "yes\n")
    assert code == 0, said
    assert "domain" in said and "\x1b[" in said and "\\u001b" not in said


# -- exit codes of a life --------------------------------------------------------------------------------


def test_codes_from_nothing_to_converged_to_drift_and_back(shell: InProcess, spec: Path) -> None:
    assert plan(shell, spec).returncode == 0
    assert plan(shell, spec, "--detailed-exitcode").returncode == 2
    assert shell("diff", "-f", spec, "-f", IMAGES).returncode == 2
    assert apply(shell, spec).returncode == 0
    assert plan(shell, spec, "--detailed-exitcode").returncode == 0
    assert shell("diff", "-f", spec, "-f", IMAGES).returncode == 0
    assert shell("drift", spec.stem).returncode == 0
    (host,) = {row["host"] for row in json.loads(shell("vms", spec.stem, "-o", "json").stdout)}
    assert shell("lab", "break", "host", host, "kill-domain", f"{spec.stem}-vm-0").returncode == 0
    drifted = shell("drift", spec.stem)
    assert drifted.returncode == 2 and f"domain/{spec.stem}/vm-0: vanished" in drifted.stdout
    again = json.loads(apply(shell, spec, "-o", "json").stdout)
    assert [(run["exitCode"], run["changes"], run["converged"]) for run in again] == [(0, 1, True)]
    assert shell("destroy", spec.stem, "--yes").returncode == 0
    assert json.loads(shell("vms", spec.stem, "-o", "json").stdout) == []


def test_what_devices_are_called_is_printed_as_it_is(shell: InProcess, spec: Path) -> None:
    apply(shell, spec)
    rows = json.loads(shell("vms", spec.stem, "-o", "json").stdout)
    text = shell("vms", spec.stem, more={"FORCE_COLOR": "1"}).stdout
    assert len(rows) == 2 and all(row["mac"] in text for row in rows)
    assert {"name", "host", "state", "ip", "mac"} <= rows[0].keys()


# -- saved plans -----------------------------------------------------------------------------------------


def test_a_saved_plan_runs_once_and_is_then_stale(shell: InProcess, spec: Path, tmp_path: Path) -> None:
    saved = tmp_path / "plan.json"
    assert plan(shell, spec, "--out", str(saved)).returncode == 0
    assert saved.stat().st_mode & 0o777 == 0o600
    done = shell("apply", saved, "--yes")
    assert done.returncode == 0 and "the state is as it was when the plan was saved" in done.stderr
    again = shell("apply", saved, "--yes")
    assert again.returncode == 6 and "plan again" in again.stderr


def test_a_saved_plan_that_was_changed_by_one_byte_is_refused(shell: InProcess, spec: Path, tmp_path: Path) -> None:
    saved = tmp_path / "plan.json"
    plan(shell, spec, "--out", str(saved))
    text = saved.read_text()
    for wrong in (text.replace("vm-1", "vm-2", 1), text.replace("128", "129", 1), text[:-40], "{}", "[1]"):
        saved.write_text(wrong)
        done = shell("apply", saved, "--yes")
        assert done.returncode == 6 and "Traceback" not in done.stderr
    assert json.loads(shell("vms", "-o", "json").stdout) == []


# -- events ----------------------------------------------------------------------------------------------


def test_events_are_numbered_without_gaps_and_end_with_a_summary(shell: InProcess, spec: Path, tmp_path: Path) -> None:
    log = tmp_path / "events"
    assert apply(shell, spec, "--events", str(log)).returncode == 0
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [line["seq"] for line in lines] == list(range(1, len(lines) + 1))
    assert [lines[0]["type"], lines[1]["type"], lines[-1]["type"]] == ["version", "run_started", "run_summary"]
    assert len({line["run"] for line in lines}) == 1 and lines[-1]["exitCode"] == 0
    started = [line["address"] for line in lines if line["type"] == "action_started"]
    ended = [line["address"] for line in lines if line["type"] == "action_succeeded"]
    assert sorted(started) == sorted(ended) and f"domain/{spec.stem}/vm-1" in ended


def test_events_of_a_run_that_failed_end_with_its_code(shell: InProcess, spec: Path, tmp_path: Path) -> None:
    log = tmp_path / "events"
    shell("lab", "break", "switch", "sw-1.lille", "refuse")
    try:
        done = apply(shell, spec, "--events", str(log), "--timeout", "20s")
    finally:
        shell("lab", "break", "switch", "sw-1.lille", "clear")
    last = json.loads(log.read_text().splitlines()[-1])
    assert done.returncode in (3, 8)
    assert (last["type"], last["exitCode"], last["converged"]) == ("run_summary", done.returncode, False)
    skipped = [json.loads(line) for line in log.read_text().splitlines() if '"action_skipped"' in line]
    assert all(line["because"] for line in skipped)


# -- watching --------------------------------------------------------------------------------------------


def until(happened: Callable[[], bool], within_s: float = 60) -> None:
    deadline = time.monotonic() + within_s
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_watching_applies_changes_and_never_destroys(
    outside: Shell, shell: InProcess, spec: Path, tmp_path: Path
) -> None:
    out, err = tmp_path / "out", tmp_path / "err"
    words = [*COMMAND, "watch", "-f", str(spec), "-f", str(IMAGES), "--interval", "1h"]
    with out.open("w") as stdout, err.open("w") as stderr:
        process = subprocess.Popen(words, stdout=stdout, stderr=stderr, env=outside.environment(), cwd=ROOT)
    try:
        until(lambda: out.read_text().count("converged") == 1)
        spec.write_text("kind: [")
        until(lambda: "not valid" in err.read_text())
        assert f"kept as last accepted: {spec.stem}" in err.read_text()
        spec.unlink()
        until(lambda: "cannot be read" in err.read_text())
        assert len(json.loads(shell("vms", spec.stem, "-o", "json").stdout)) == 2
        spec.write_text(document(spec.stem, 3))
        until(lambda: out.read_text().count("converged") == 2)
        assert len(json.loads(shell("vms", spec.stem, "-o", "json").stdout)) == 3
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 143


def test_watching_once_is_one_look(shell: InProcess, spec: Path) -> None:
    assert shell("watch", "-f", spec, "-f", IMAGES, "--once").returncode == 0
    assert len(json.loads(shell("vms", spec.stem, "-o", "json").stdout)) == 2
    good = spec.read_text()
    spec.write_text("kind: [")
    assert shell("watch", "-f", spec, "-f", IMAGES, "--once").returncode == 4
    spec.write_text(good.replace("count: 2", "count: 20000").replace("128MiB", "64MiB"))
    assert shell("watch", "-f", spec, "-f", IMAGES, "--once").returncode != 0
    assert len(json.loads(shell("vms", spec.stem, "-o", "json").stdout)) == 2
    spec.write_text(good)


def test_a_longer_life_counts_although_nothing_else_changes(shell: InProcess, spec: Path) -> None:
    def ends() -> str:
        return json.loads(shell("status", spec.stem, "-o", "json").stdout)["status"]["expiresAt"]

    wanted = spec.read_text()
    spec.write_text(wanted.replace("spec:\n", "spec:\n  lifetime: {walltime: 1h}\n", 1))
    assert apply(shell, spec).returncode == 0
    before = ends()
    spec.write_text(wanted.replace("spec:\n", "spec:\n  lifetime: {walltime: 3h}\n", 1))
    assert apply(shell, spec).returncode == 0
    assert ends() > before
