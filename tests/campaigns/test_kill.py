"""A few kills of a small run; a thousand of them: ``python -m tests.campaigns.kill``."""

from __future__ import annotations

import subprocess
import sys

from reconciler.failpoint import arm
from tests.campaigns.kill_acknowledged import read_events
from tests.campaigns.kill_points import failpoints
from tests.campaigns.stage.stage import ROOT


def test_killed_anywhere_nothing_acknowledged_is_lost_and_the_next_run_ends_it() -> None:
    words = ("--count", "10", "--seed", "3", "--workloads", "create,destroy")
    command = [sys.executable, "-m", "tests.campaigns.kill", *words]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=180, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert int(ended.stdout.split()[0]) >= 10, ended.stdout


def test_every_failpoint_can_be_armed_by_its_name() -> None:
    names = failpoints()
    assert {"store.commit.before", "store.commit.after", "ssh.sent", "effect.Issue.after"} <= set(names)
    for name in names:
        arm(f"{name}:1=sleep:0")
    arm(None)


def test_half_a_line_acknowledges_nothing() -> None:
    line = '{"type": "action_succeeded", "address": "lease/a/b", "msg": "create lease/a/b"}\n'
    assert read_events(line).done == {"lease/a/b": "create"}
    assert read_events(line[:-1]).done == {}
