"""Starting and stopping the lab's background process."""

from __future__ import annotations

import fcntl
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import reconciler
from reconciler.lab import control
from reconciler.lab.documents import default_texts, read_inventory
from reconciler.lab.persistence import Folder, Settings
from reconciler.model.errors import Locked, Refused, Unreachable

START_WITHIN_S = 120.0
STOP_WITHIN_S = 10.0


@dataclass(frozen=True, slots=True)
class Started:
    """``already``: it ran before, with the same sites; nothing was done."""

    sites: tuple[str, ...]
    pid: int
    already: bool


def is_running(folder: Folder) -> bool:
    """Whatever an old file says: a running lab holds a lock, as long as its process lives."""
    try:
        with folder.lock.open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return False
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True


def running_pid(folder: Folder) -> int | None:
    """The lab's process id; None when none runs."""
    return _read_pid(folder) if is_running(folder) else None


@contextmanager
def alone(folder: Folder) -> Iterator[None]:
    """Keep two commands from starting or stopping the lab at the same time."""
    folder.make()
    with folder.open_private(folder.root / "command.lock") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def start(folder: Folder, texts: Mapping[str, str] | None, *, seed: int = 0, fast: bool = False) -> Started:
    """Start the lab in the background and return when every device answers.

    Without ``texts`` it goes on with the sites it had, or with its own default ones.

    Raises:
        Refused: it runs with other sites, or the documents are wrong.
        Unreachable: it did not come up; the message has the end of its log.
    """
    with alone(folder):
        inventory = read_inventory(texts or folder.read_documents() or default_texts())
        names = tuple(site.metadata.name for site in inventory.sites)
        pid, before = running_pid(folder), folder.read_settings()
        if pid is not None:
            if before and before.digest != inventory.digest:
                raise Refused(
                    "the lab is running with other sites; run `reconciler lab stop`, then start it with these"
                )
            return Started(names, pid, already=True)
        folder.write_documents(inventory.texts)
        folder.write_settings(Settings(inventory.digest, seed, fast, before.shift if before else 0))
        _spawn(folder)
        return Started(names, running_pid(folder) or 0, already=False)


def stop(folder: Folder) -> bool:
    """End the lab and wait until it has; False when none ran.  Its state stays."""
    if not folder.root.exists():
        return False
    with alone(folder):
        pid = running_pid(folder)
        return pid is not None and _end(folder, pid)


def reset(folder: Folder) -> None:
    """Put every device back to how it was at first; keys, addresses and sites stay.  The lab may run or not."""
    with alone(folder):
        if is_running(folder):
            control.ask(folder.socket, "reset")
        else:
            folder.forget_devices()


def _end(folder: Folder, pid: int) -> bool:
    for sort in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.kill(pid, sort)
        except ProcessLookupError:
            return True
        if _gone(folder, time.monotonic() + STOP_WITHIN_S):
            return True
    raise Locked(f"the lab (process {pid}) does not stop; see {folder.log}")


def _read_pid(folder: Folder) -> int:
    """A process writes its id just after it takes the lock: wait for that, never believe an empty file."""
    for _ in range(50):
        try:
            return int(folder.pid.read_text())
        except (FileNotFoundError, ValueError):
            time.sleep(0.02)
    raise Locked(f"{folder.lock} is locked and {folder.pid} names no process; end the process that has the lock")


def _gone(folder: Folder, deadline: float) -> bool:
    while is_running(folder):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def _spawn(folder: Folder) -> None:
    """The child makes itself independent and says ``ready`` on the pipe, or ends."""
    ready, report = os.pipe()
    try:
        with folder.open_private(folder.log) as log:
            child = subprocess.Popen(  # noqa: S603 - our own interpreter and module, no shell
                [sys.executable, "-m", "reconciler.lab.daemon", str(folder.root), str(report)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=os.environ | {"PYTHONPATH": _python_path()},
                pass_fds=(report,),
                start_new_session=True,
            )
        child.wait()
        os.close(report)
        said = _read_ready(ready, time.monotonic() + START_WITHIN_S)
    finally:
        os.close(ready)
    if said != b"ready":
        raise Unreachable(f"the lab did not start:\n{_tail(folder.log)}\nThe whole log is {folder.log}")


def _read_ready(ready: int, deadline: float) -> bytes:
    while (left := deadline - time.monotonic()) > 0:
        if select.select([ready], [], [], left)[0]:
            return os.read(ready, 16)
    return b""


def _python_path() -> str:
    source = str(Path(reconciler.__file__).parent.parent)
    return os.pathsep.join(part for part in (source, os.environ.get("PYTHONPATH", "")) if part)


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-5:])
