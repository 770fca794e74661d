"""A named point does nothing until it is armed, and then what it was armed with, once."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from reconciler import failpoint
from reconciler.failpoint import EXIT_CODE, VARIABLE, Struck, arm, reach


@pytest.fixture(autouse=True)
def disarmed() -> Iterator[None]:
    yield
    arm(None)


def test_nothing_happens_at_a_point_that_is_not_armed() -> None:
    reach("store.commit.after")
    arm("store.commit.after:1=raise")
    reach("store.commit.before")


def test_only_the_numbered_time_is_struck() -> None:
    arm("store.commit.after:2=raise")
    reach("store.commit.after")
    with pytest.raises(Struck, match=r"store\.commit\.after, 2"):
        reach("store.commit.after")
    reach("store.commit.after")


def test_sleep_goes_on_afterwards() -> None:
    arm("ssh.sent:1=sleep:0.05")
    started = time.monotonic()
    reach("ssh.sent")
    assert time.monotonic() - started >= 0.05


def test_exit_ends_the_process_without_a_last_word() -> None:
    program = (
        "from reconciler.failpoint import reach\n"
        "try:\n    print('said', end='')\n    reach('here')\nfinally:\n    print('never', flush=True)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], env={VARIABLE: "here:1=exit"}, capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (EXIT_CODE, "", "")


@pytest.mark.parametrize("text", ["here", "here:0=exit", "here:1=stop", "here:1=sleep", "here:x=exit", ":1=exit"])
def test_what_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=failpoint.VARIABLE):
        arm(text)
