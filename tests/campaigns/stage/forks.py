"""The command line, run again and again by forks of one process that has everything imported.

``python -m tests.campaigns.stage.forks`` reads one request as a JSON line and writes one answer, until its input ends.
Each run is a process of its own: it may be killed, and its locks and connections are then those of a dead process.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import reconciler
from reconciler import wiring
from reconciler.lab import control
from reconciler.lab.persistence import Folder
from tests.campaigns.stage.picture import EPOCH
from tests.campaigns.stage.watching import (
    Perturbation,
    Watch,
    WatchedDriver,
    WatchedStore,
    read_answers,
    write_answers,
)


def main() -> None:
    for module in pkgutil.walk_packages(reconciler.__path__, "reconciler."):
        if not module.name.startswith("reconciler.lab.") and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    for line in sys.stdin:
        print(json.dumps(_fork(json.loads(line))), flush=True)


def _fork(request: dict[str, Any]) -> dict[str, Any]:
    """Run one request in a child; its exit code is negative when a signal ended it."""
    folder = Path(request["folder"])
    child = os.fork()
    if not child:
        _become(folder, request)
    _, status = os.waitpid(child, 0)
    events = folder / "events.txt"
    return {
        "code": os.waitstatus_to_exitcode(status),
        "out": (folder / "out.txt").read_text(),
        "err": (folder / "err.txt").read_text(),
        "events": events.read_text().splitlines() if events.exists() else [],
    }


def _become(folder: Path, request: dict[str, Any]) -> None:
    """Never returns: ends as the command ends."""
    os.environ["RECONCILER_STATE_DIR"] = str(folder)
    os.environ["NO_COLOR"] = "1"
    for number, name in ((1, "out.txt"), (2, "err.txt")):
        os.dup2(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    (folder / "events.txt").unlink(missing_ok=True)
    code = 70
    try:
        code = _books(folder, request["books"]) if "books" in request else _command(folder, request)
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _command(folder: Path, request: dict[str, Any]) -> int:
    from reconciler.cli.main import main as run

    events = os.open(folder / "events.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    given = request.get("perturbation")
    watch = Watch(
        Perturbation(**given) if given else None,
        read_answers(folder / "answers"),
        lambda event: _write(events, event),
        lambda host: control.ask(Folder.under(folder).socket, "blink", endpoint=host),
    )
    if request["watched"]:
        wiring.open_context = _watched(wiring.open_context, watch)
    sys.argv = ["reconciler", *request["words"]]
    try:
        run()
    finally:
        write_answers(folder / "answers", watch)
    return 0


def _write(file: int, line: str) -> None:
    os.write(file, line.encode() + b"\n")


def _watched(open_context: Callable[..., Any], watch: Watch) -> Callable[..., Any]:
    @contextmanager
    def opened(*values: Any, **named: Any) -> Iterator[Any]:
        with open_context(*values, **named) as context:
            drivers = {name: WatchedDriver(driver, watch) for name, driver in context.drivers.items()}
            store: Any = WatchedStore(context.store, watch)
            yield replace(context, drivers=drivers, store=store)

    return opened


def _books(folder: Path, experiment: str) -> int:
    """What is recorded of an experiment and held by anybody, without what counts acquisitions."""
    store = wiring.open_store(folder)
    allocations = store.allocations(experiment)
    found = {
        "recorded": sorted(EPOCH.sub(r"\1", str(resource)) for resource in allocations.recorded.values()),
        "intended": sorted(map(str, allocations.intended)),
        "open": sorted(map(str, allocations.open)),
        "leases": sorted(
            [row.pool, row.what, row.experiment, row.holder, row.member]
            for row in store.leases.rows(None)
            if row.state != "quarantine"
        ),
    }
    store.close()
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    main()
