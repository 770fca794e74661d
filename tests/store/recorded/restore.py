"""Put a recorded state database, and what the lab's devices remembered beside it, into a state directory."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

FOLDER = Path(__file__).parent
SITES, EXPERIMENT, GROWN = (FOLDER / f"{name}.yaml" for name in ("sites", "experiment", "grown"))
NAME = "recorded"


def restore(schema: int, state: Path, *, cut_short: bool = False) -> None:
    """Into a directory that has no state yet; start the lab with ``SITES`` afterwards."""
    recorded = f"schema-{schema}{'-cut-short' if cut_short else ''}"
    restore_database((FOLDER / f"{recorded}.sql").read_text(), state / "state.db")
    for place, remembered in json.loads((FOLDER / f"{recorded}.devices.json").read_text()).items():
        file = state / "lab" / "devices" / place
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file.write_text(json.dumps(remembered))


def restore_database(text: str, path: Path) -> None:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    with closing(sqlite3.connect(path)) as db:
        db.executescript(text)
