"""Record what a version of the program leaves: ``python -m tests.store.recorded.record CHECKOUT``, before a migration.

CHECKOUT is a work tree of that version, the last one of its schema.  It runs a lab and an experiment of its own there.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

FOLDER = Path(__file__).parent
ANONYMOUS = (
    "import runpy, socket; socket.gethostname = lambda: 'recorder';"
    " runpy.run_module('reconciler', run_name='__main__', alter_sys=True)"
)
"""The program on a machine of another name."""
KILLED = 137
CUT = "effect.Settle.before:3=exit"
"""Devices have done what was asked of them, and the database does not know."""


def main() -> None:
    checkout = Path(sys.argv[1]).resolve()
    for name, update in (("", False), ("-cut-short", True)):
        with tempfile.TemporaryDirectory() as state:
            apply(checkout, Path(state), update)
            schema, text = dump(Path(state) / "state.db")
            (FOLDER / f"schema-{schema}{name}.sql").write_text(text)
            (FOLDER / f"schema-{schema}{name}.devices.json").write_text(devices(Path(state) / "lab" / "devices"))


def apply(checkout: Path, state: Path, update: bool) -> None:
    def run(*arguments: str | Path, fail: str = "") -> int:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("RECONCILER_")}
        environment |= {"RECONCILER_STATE_DIR": str(state), "PYTHONPATH": str(checkout), "RECONCILER_FAIL": fail}
        return subprocess.run(
            [sys.executable, "-c", ANONYMOUS, *map(str, arguments)], env=environment, cwd=state
        ).returncode

    assert run("lab", "start", "--fast", "--site", FOLDER / "sites.yaml") == 0
    try:
        assert run("apply", "-f", FOLDER / "experiment.yaml", "--yes") == 0
        if update:
            assert run("apply", "-f", FOLDER / "grown.yaml", "--yes", fail=CUT) == KILLED
    finally:
        run("lab", "stop")


def dump(database: Path) -> tuple[int, str]:
    """Its schema, and its text without what tells of this machine."""
    with closing(sqlite3.connect(database)) as db:
        (schema,) = db.execute("PRAGMA user_version").fetchone()
        text = "\n".join(db.iterdump()).replace("COMMIT;", f"PRAGMA user_version={schema};\nCOMMIT;\n")
    for source in ("/etc/machine-id", "/proc/sys/kernel/random/boot_id"):
        own = Path(source).read_text().strip()
        text = text.replace(own, "".join("0" if letter.isalnum() else letter for letter in own))
    return schema, text


def devices(folder: Path) -> str:
    """What every device remembers, by its place in the lab's folder."""
    found = {str(file.relative_to(folder)): json.loads(file.read_text()) for file in sorted(folder.rglob("*.json"))}
    return json.dumps(found, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    main()
