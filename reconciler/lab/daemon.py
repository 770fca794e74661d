"""The lab's background process: ``python -m reconciler.lab.daemon FOLDER REPORT-FD``."""

from __future__ import annotations

import asyncio
import fcntl
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, NoReturn

from reconciler.lab.persistence import Folder

LOCK_WITHIN_S = 2.0


def main(arguments: Sequence[str]) -> NoReturn:
    """Detach, take the folder's lock, serve until told to stop."""
    if os.fork():
        os._exit(0)  # whoever started us waits for this process only
    os.setsid()
    os.umask(0o077)
    folder, report = Folder(Path(arguments[0])), int(arguments[1])
    lock = folder.open_private(folder.lock)
    _take(lock, time.monotonic() + LOCK_WITHIN_S)
    folder.pid.write_text(str(os.getpid()))
    asyncio.run(_serve(folder, report))
    sys.stderr.flush()
    os._exit(0)  # not before then does the kernel let go of the lock, and `stop` knows that nothing runs


def _take(lock: BinaryIO, deadline: float) -> None:
    """Whoever asks whether a lab runs holds the lock for an instant: try again, for a while."""
    while True:
        try:
            return fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise SystemExit("another lab is running on this folder") from None
            time.sleep(0.01)


async def _serve(folder: Folder, report: int) -> None:
    from reconciler.lab.service import Service  # late: the servers' libraries take a third of a second

    stopping = asyncio.Event()
    for sort in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sort, stopping.set)
    service = Service(folder)
    try:
        await service.open()
        os.write(report, b"ready")
        os.close(report)
        await stopping.wait()
    finally:
        await service.close()


if __name__ == "__main__":
    main(sys.argv[1:])
