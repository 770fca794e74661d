"""The command line as people have it: processes, a state folder of their own, a lab in it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reconciler.lab import control
from reconciler.lab.persistence import Folder

ROOT = Path(__file__).parents[2]
PATIENCE_S = 180.0


@dataclass(frozen=True, slots=True)
class Ended:
    """``code`` is negative when a signal ended the process."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class CommandLine:
    folder: Path

    def start(self, *words: str, module: Sequence[str] = ("reconciler",)) -> subprocess.Popen[str]:
        """Start a command and do not wait for it; ``module`` is what Python runs, with words of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", *module, *words],
            cwd=ROOT,
            env=_environment(self.folder),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: str, module: Sequence[str] = ("reconciler",)) -> Ended:
        return wait(self.start(*words, module=module))

    def expect(self, *words: str) -> Ended:
        """Run a command that has to exit 0."""
        ended = self.run(*words)
        assert ended.code == 0, f"{' '.join(words)} exited {ended.code}\n{ended.out}\n{ended.err}"
        return ended

    def ask(self, *words: str) -> Any:
        return json.loads(self.expect(*words, "-o", "json").out)

    def ask_lab(self, question: str) -> Any:
        """The lab's own answer, without a process for each question: ``status``, ``reach`` or ``history``."""
        return control.ask(Folder.under(self.folder).socket, question)

    def forget(self) -> None:
        """Put the lab and the state database back to how they were at first."""
        self.expect("lab", "reset")
        for file in self.folder.glob("state.db*"):
            file.unlink()


def wait(process: subprocess.Popen[str]) -> Ended:
    try:
        out, err = process.communicate(timeout=PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise
    return Ended(process.returncode, out, err)


@contextmanager
def open_lab(*options: str) -> Iterator[CommandLine]:
    """A lab in a new folder; neither is left at the end."""
    folder = Path(tempfile.mkdtemp(prefix="reconciler-"))
    line = CommandLine(folder)
    try:
        line.expect("lab", "start", *options)
        yield line
    finally:
        line.run("lab", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def _environment(folder: Path) -> dict[str, str]:
    """Nothing of the caller's settings but where programs are."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RECONCILER_")}
    return {**kept, "RECONCILER_STATE_DIR": str(folder), "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
