"""A few lives through a bad line; a hundred of them: ``python -m tests.campaigns.proxied``."""

from __future__ import annotations

import subprocess
import sys

from tests.campaigns.proxied import redirected
from tests.campaigns.stage.stage import ROOT


def test_through_a_line_that_cuts_stalls_and_swallows_a_run_ends_where_it_should() -> None:
    words = ("--count", "4", "--seed", "2", "--workloads", "create,destroy")
    command = [sys.executable, "-m", "tests.campaigns.proxied", *words]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=180, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_only_where_a_device_is_changes_in_the_documents() -> None:
    text = 'url: http://127.1.0.1:80\n  - name: a\n    address: "127.1.2.3"\n    port: 22\n    hostKey: k\n'
    ports = {("127.1.0.1", 80): 1, ("127.1.2.3", 22): 2}
    assert redirected(text, ports) == (
        'url: http://127.0.0.1:1\n  - name: a\n    address: "127.0.0.1"\n    port: 2\n    hostKey: k\n'
    )
