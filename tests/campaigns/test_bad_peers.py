"""Each bad peer once, at one of its calls; at all of them: ``python -m tests.campaigns.bad_peers``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_a_call_on_any_bad_peer_ends_in_its_bound_and_memory_with_its_error() -> None:
    """In a process of its own: it forks, and measures its memory."""
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "tests.campaigns.bad_peers", "--quick", "--jobs", "12"]
    ended = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=180, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
