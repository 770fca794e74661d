"""The command line as forks of one process that has everything imported, each killed or armed with a failpoint.

``python -m tests.campaigns.kill_forks`` reads one request as a JSON line and writes one answer, until its input ends.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import signal
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import reconciler
from reconciler import failpoint

EVENTS, OUTPUT, REACHED = "kill-events.txt", "kill-output.txt", "kill-reached.txt"


@dataclass(slots=True)
class _Anything:
    """Equal to every name it is compared with, and counts them: a failpoint that is everywhere and does nothing."""

    counts: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __eq__(self, other: object) -> bool:
        with self.lock:
            self.counts[str(other)] += 1
        return False

    __hash__ = object.__hash__


def main() -> None:
    for module in pkgutil.walk_packages(reconciler.__path__, "reconciler."):
        if not module.name.startswith("reconciler.lab.") and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    for line in sys.stdin:
        print(json.dumps(_run(json.loads(line))), flush=True)


def _run(request: dict[str, Any]) -> dict[str, Any]:
    """One command in a child of its own, killed (-9) after ``kill_after_s`` where that is given."""
    folder = Path(request["folder"])
    for name in (EVENTS, OUTPUT, REACHED):
        (folder / name).unlink(missing_ok=True)
    started = time.monotonic()
    child = os.fork()
    if not child:
        _become(folder, request)
    after_s = request.get("kill_after_s")
    timer = threading.Timer(after_s, os.kill, (child, signal.SIGKILL)) if after_s is not None else None
    if timer is not None:
        timer.start()
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)  # until it is reaped its number is nobody else's
    if timer is not None:
        timer.cancel()
        timer.join()
    _, status = os.waitpid(child, 0)
    reached = folder / REACHED
    return {
        "code": os.waitstatus_to_exitcode(status),
        "seconds": time.monotonic() - started,
        "out": (folder / OUTPUT).read_text(errors="replace")[-2000:],
        "events": (folder / EVENTS).read_text() if (folder / EVENTS).exists() else "",
        "reached": json.loads(reached.read_text()) if reached.exists() else {},
    }


def _become(folder: Path, request: dict[str, Any]) -> None:
    """Never returns: ends as the command ends."""
    os.environ |= {"RECONCILER_STATE_DIR": str(folder), "NO_COLOR": "1"}
    output = os.open(folder / OUTPUT, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    for number in (1, 2):
        os.dup2(output, number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    sys.argv = ["reconciler", *request["words"]]
    seen = _Anything()
    failpoint.arm(request.get("fail"))
    if request.get("count"):
        failpoint._armed = failpoint.Failpoint("", 1, "raise")
        failpoint._armed.point = seen  # type: ignore[assignment]  # compared with every name that is reached
    if request.get("hurried"):
        hurry()
    code = 70
    try:
        from reconciler.cli.main import main as run

        run()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        if request.get("count"):
            (folder / REACHED).write_text(json.dumps(seen.counts))
        os._exit(code)


def hurry() -> None:
    """Seconds instead of minutes for what may stay silent: only the waits are shorter, nothing else is different."""
    from reconciler.drivers.host import driver
    from reconciler.drivers.image.kadeploy import deployer, follow
    from reconciler.transport.netconf import NetconfPool
    from reconciler.transport.ssh import SshPool

    deployer.READ_DEADLINE_S, deployer.START_DEADLINE_S = 3.0, 4.0
    follow.LOST_GRACE_S = 3.0
    driver.OBSERVE_DEADLINE_S, driver.STEP_DEADLINE_S = 5, 5
    NetconfPool.__init__.__kwdefaults__.update(connect_s=3.0, rpc_s=4.0)
    SshPool.__init__.__kwdefaults__.update(connect_timeout_s=3.0)


if __name__ == "__main__":
    main()
