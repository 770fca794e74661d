"""S21: a saved plan runs as it was saved, from the state it was made from, or not at all (exit 6)."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from reconciler.cli.plan_file import read_plan
from reconciler.model.errors import Stale
from reconciler.planning.render import digest
from tests.cli.shell import Shell
from tests.security.conftest import DOCUMENT, IMAGES

STALE = 6


@pytest.fixture
def saved(lab: Shell, document: Path, tmp_path: Path) -> Iterator[Path]:
    file = tmp_path / "plan.json"
    done = lab("plan", "-f", document, "-f", IMAGES, "--out", file)
    assert done.returncode == 0, done.stderr
    yield file
    lab("destroy", "exp", "--yes")


def write_again(file: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """As somebody would who knows how the digest is made."""
    body = json.loads(file.read_text())
    del body["digest"]
    change(body)
    file.write_text(json.dumps({**body, "digest": digest(body)}, indent=1) + "\n")


def refused(lab: Shell, file: Path) -> str:
    before = changes_so_far(lab)
    done = lab("apply", file, "--yes")
    assert done.returncode == STALE, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert changes_so_far(lab) == before
    return done.stderr


def changes_so_far(lab: Shell) -> dict[str, int]:
    """What was ever done to the devices; being looked at is not."""
    totals = json.loads(lab("lab", "status", "-o", "json").stdout)["totals"]
    return {name: count for name, count in totals.items() if name not in ("sessions", "rpcs", "execs")}


def test_s21_one_byte_anywhere_in_a_saved_plan_is_noticed(saved: Path) -> None:
    whole = saved.read_bytes()
    assert read_plan(str(saved)).experiment == "exp"
    places = {*range(0, len(whole), max(1, len(whole) // 400)), len(whole) - 1}
    for at in sorted(places):
        for bit in (1, 16):
            saved.write_bytes(whole[:at] + bytes([whole[at] ^ bit]) + whole[at + 1 :])
            with pytest.raises(Stale):
                read_plan(str(saved))
    for other in (whole[:-1], whole + b"\n", whole + b" ", b" " + whole, whole[: len(whole) // 2], b"", b"[" * 100_000):
        saved.write_bytes(other)
        with pytest.raises(Stale):
            read_plan(str(saved))


def enlarge(body: dict[str, Any]) -> None:
    body["files"] = {name: text.replace("128MiB", "256MiB") for name, text in body["files"].items()}


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda body: body["plan"]["changes"].pop(), id="a change less"),
        pytest.param(lambda body: body["plan"]["changes"][0].update(commands=["rm -rf /"]), id="another command"),
        pytest.param(enlarge, id="the spec"),
        pytest.param(lambda body: body.update(serial=body["serial"] + 1), id="the serial"),
        pytest.param(lambda body: body.update(lineage="0" * 36), id="the lineage"),
        pytest.param(lambda body: body.update(experiment="other"), id="another experiment"),
        pytest.param(lambda body: body.pop("lineage"), id="no lineage"),
        pytest.param(lambda body: body.update(plan={}), id="no plan"),
        pytest.param(lambda body: body["plan"].update(changes=[1]), id="a plan of another shape"),
        pytest.param(lambda body: body.update(tool="9.9.9"), id="another version"),
    ],
)  # fmt: skip
def test_s21_a_plan_with_a_digest_that_fits_is_held_against_the_world_anyway(
    lab: Shell, saved: Path, change: Callable[[dict[str, Any]], object]
) -> None:
    write_again(saved, change)
    assert "plan again" in refused(lab, saved)


def test_s21_after_another_run_had_the_experiment_a_saved_plan_is_stale(
    lab: Shell, document: Path, saved: Path
) -> None:
    assert lab("apply", "-f", document, "-f", IMAGES, "--yes").returncode == 0
    assert lab("destroy", "exp", "--yes").returncode == 0
    assert "another run has had it since" in refused(lab, saved)


def test_s21_a_plan_from_another_state_is_refused(lab: Shell, saved: Path, tmp_path: Path) -> None:
    other = Shell(tmp_path / "other")
    other.state.mkdir(mode=0o700)
    shutil.copytree(lab.state / "lab" / "sites", other.state / "lab" / "sites")
    assert "another state" in refused_elsewhere(other, saved)


def refused_elsewhere(other: Shell, file: Path) -> str:
    done = other("apply", file, "--yes")
    assert done.returncode == STALE, done.stdout + done.stderr
    return done.stderr


def test_s21_an_untouched_plan_runs(lab: Shell, saved: Path) -> None:
    assert DOCUMENT in json.loads(saved.read_text())["files"].values()
    done = lab("apply", saved, "--yes")
    assert done.returncode == 0, done.stderr
