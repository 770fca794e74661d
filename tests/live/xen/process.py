"""Run a program of the build machine, and say what it said when it fails."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path


class ProgramFailed(RuntimeError):
    """A program ended with a status other than 0; the message holds the end of what it wrote."""


def run(*command: str | Path, cwd: Path | None = None, text: str | None = None, timeout_s: float = 300) -> str:
    """Run to the end and give the standard output."""
    words: Sequence[str] = [str(word) for word in command]
    done = subprocess.run(words, cwd=cwd, input=text, capture_output=True, text=True, timeout=timeout_s, check=False)
    if done.returncode:
        raise ProgramFailed(f"{words[0]}: status {done.returncode}: {(done.stderr or done.stdout)[-2000:]}")
    return done.stdout
