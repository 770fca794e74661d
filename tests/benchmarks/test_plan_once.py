"""The measured way is the real one: what is planned is checked before any figure counts."""

import json
from pathlib import Path

import pytest

from benchmarks.measure import run_python


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("bench") / "small"
    run_python("benchmarks.plan_setup", str(place), "40", "4")
    return place


@pytest.mark.parametrize(("case", "steps"), [("converged", 0), ("nothing", 40 + 3 * 4 + 4 + 4)])
def test_both_cases_plan_what_they_say(folder: Path, case: str, steps: int) -> None:
    said = json.loads(run_python("benchmarks.plan_once", str(folder), case).output)
    assert said["steps"] == steps and said["resources"] == 60
    assert all(seconds >= 0 for seconds in said["phases"].values())
