"""The tutorial, run as it is written, in one shell and one state directory."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.docs.transcript import Exchange, agrees, exchanges

ROOT = Path(__file__).parents[2]
_END = "-- end of what this command printed --"


def play(said: list[Exchange], folder: Path) -> list[str]:
    """What each command prints on both streams; ``$?`` is the status of the command before."""
    lines = [f'reconciler() {{ "{sys.executable}" -m reconciler "$@"; }}', "status=0"]
    for exchange in said:
        lines += ['( exit "$status" )', f"{{ {exchange.command}\n}} 2>&1; status=$?", f"echo '{_END}'"]
    (folder / "state").mkdir(mode=0o700)
    env = {name: value for name, value in os.environ.items() if not name.startswith("RECONCILER_")}
    env |= {
        "RECONCILER_STATE_DIR": str(folder / "state"),
        "PYTHONPATH": str(ROOT),
        "CI": "1",
        "RECONCILER_LAB_START_FAST": "1",
    }
    command = ["bash", "-c", "\n".join(lines)]
    try:
        shell = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=240, check=False)
    finally:
        stop = [sys.executable, "-m", "reconciler", "lab", "stop"]
        subprocess.run(stop, env=env, capture_output=True, timeout=60, check=False)
    return shell.stdout.split(f"{_END}\n")[:-1]


def test_every_command_prints_what_the_tutorial_says(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    said = exchanges((ROOT / "docs/tutorial.md").read_text(encoding="utf-8"))
    printed = play(said, tmp_path)
    assert len(printed) == len(said) > 20
    wrong = [
        "\n".join([f"$ {exchange.command}", text, "-- where the tutorial says --", *exchange.expected])
        for exchange, text in zip(said, printed, strict=True)
        if not agrees(exchange.expected, text)
    ]
    assert not wrong, "\n\n".join(wrong)
