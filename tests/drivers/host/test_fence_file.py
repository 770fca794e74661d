"""The mark on a host, and whom it lets through."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.drivers.host import fence_file
from reconciler.drivers.host.fence_file import OVERTAKEN, TAKEN, UNMARKED, HostMark, numbers_up_to
from reconciler.model.errors import Fenced, Refused
from reconciler.model.fence import Fence
from tests.drivers.fence import FENCE, STRANGER

MARK = HostMark("lille", "exp", "x1.lille", FENCE)


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_the_pattern_of_numbers_up_to_a_limit_is_what_comparison_says(limit: int, number: int) -> None:
    assert bool(re.fullmatch(numbers_up_to(limit), str(number))) == (number <= limit)


@given(st.integers(0, 2000))
def test_the_pattern_is_right_next_to_its_limit_and_takes_no_leading_zeros(limit: int) -> None:
    pattern = numbers_up_to(limit)
    assert [bool(re.fullmatch(pattern, str(n))) for n in range(limit + 3)] == [True] * (limit + 1) + [False, False]
    assert re.fullmatch(pattern, f"0{limit}") is None


def run_gate(folder: Path, mark: HostMark) -> int:
    """The gate as a real shell and a real grep take it."""
    script = "\n".join([*mark.gate(), ""]).replace(fence_file.DISKS, str(folder))
    return subprocess.run(["/bin/sh", "-s"], input=script, text=True, capture_output=True, check=False).returncode


def line(epoch: int, experiment: str = "exp", lineage: str = MARK.lineage) -> str:
    return f"xr:v1:lille:{experiment}:0123abcd:{epoch} {lineage}\n"


@pytest.mark.parametrize(
    ("found", "status"),
    [
        (None, 0),
        ("", 0),
        (line(6), 0),
        (line(7), 0),
        (line(0, "theirs"), 0),
        (line(8), OVERTAKEN),
        (line(70), OVERTAKEN),
        (line(8, "theirs"), OVERTAKEN),
        (line(6, lineage="77aa00ee"), TAKEN),
        (line(6) + line(8), OVERTAKEN),
        (line(6) + "note\n", TAKEN),
        ("note\n", TAKEN),
        ("\n", TAKEN),
        (line(6)[:-4], TAKEN),
    ],
)
def test_the_gate_lets_through_what_the_mark_allows_and_marks(tmp_path: Path, found: str | None, status: int) -> None:
    path = tmp_path / "fence"
    if found is not None:
        path.write_text(found)
    assert run_gate(tmp_path, MARK) == status
    assert (path.read_text() if path.exists() else None) == (f"{MARK.line}\n" if status == 0 else found)


@pytest.mark.parametrize("found", ["", line(6), line(7), line(8), line(6, lineage="77aa00ee"), "note\n", line(6)[:-4]])
def test_who_only_looks_comes_to_the_same_verdict(tmp_path: Path, found: str) -> None:
    (tmp_path / "fence").write_text(found)
    status = run_gate(tmp_path, MARK)
    try:
        verdict = TAKEN if MARK.judge(found) else 0
    except Fenced:
        verdict = OVERTAKEN
    assert verdict == status


def test_a_mark_that_cannot_be_written_ends_the_script(tmp_path: Path) -> None:
    (tmp_path / "fence.new").mkdir()
    assert run_gate(tmp_path, MARK) == UNMARKED


def test_the_message_says_whose_it_is_and_what_to_do() -> None:
    assert "marked by experiment theirs of another state; put a new image on it, or remove" in MARK.judge(
        line(1, "theirs", STRANGER.lineage[:8])
    )


def test_no_mark_has_a_part_that_a_shell_or_a_pattern_could_take_otherwise() -> None:
    for site, experiment in (("li lle", "exp"), ("lille", "e'x"), ("lille", "")):
        with pytest.raises(Refused):
            HostMark(site, experiment, "x1.lille", FENCE)
    with pytest.raises(Refused):
        HostMark("lille", "exp", "x1.lille", Fence(1, "no no no"))
