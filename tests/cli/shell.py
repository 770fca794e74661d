"""The command line as a shell runs it: a process of its own, its streams apart."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from reconciler.cli import main as program

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "reconciler")


@dataclass(frozen=True, slots=True)
class Shell:
    """Runs commands on a state directory of its own; ``more`` adds to the environment."""

    state: Path

    def environment(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR", "CI")}
        kept = {k: v for k, v in kept.items() if not k.startswith("RECONCILER_")}
        return {**kept, "RECONCILER_STATE_DIR": str(self.state), "PYTHONPATH": str(ROOT), **(more or {})}

    def __call__(
        self, *arguments: str | Path, stdin: str = "", more: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COMMAND, *map(str, arguments)],
            input=stdin,
            capture_output=True,
            text=True,
            env=self.environment(more),
            cwd=ROOT,
            timeout=120,
        )


@dataclass(frozen=True, slots=True)
class InProcess:
    """The same without a process for each call; `main` is what both run."""

    state: Path
    patch: pytest.MonkeyPatch
    streams: pytest.CaptureFixture[str]

    def __call__(
        self, *arguments: str | Path, stdin: str = "", more: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        words = ["reconciler", *map(str, arguments)]
        with self.patch.context() as patched, TextIOWrapper(BytesIO(stdin.encode())) as given:
            for name in set(os.environ) & {"NO_COLOR", "FORCE_COLOR", "CI"}:
                patched.delenv(name)
            for name, value in {"RECONCILER_STATE_DIR": str(self.state), **(more or {})}.items():
                patched.setenv(name, value)
            patched.setattr(sys, "argv", words)
            patched.setattr(sys, "stdin", given)
            patched.setattr(program, "settle_process", lambda: None)
            patched.chdir(ROOT)
            self.streams.readouterr()
            with pytest.raises(SystemExit) as ended:
                program.main()
        said = self.streams.readouterr()
        return subprocess.CompletedProcess(words, int(ended.value.code or 0), said.out, said.err)
