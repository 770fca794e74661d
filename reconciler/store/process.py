"""Which process a run is, and whether it is over for certain."""

from __future__ import annotations

import os
import pwd
import socket
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Process:
    """``machine`` is the host's name, for people; ``host`` and ``boot`` tell machines and their lives apart.

    ``space`` is the process-id namespace within which ``pid`` means something; ``started`` (ticks since boot) tells
    it from a later process of the same number.  ``user`` is who started it, and is not written down with runs.  What a
    machine does not say is empty, or 0.
    """

    machine: str
    host: str
    boot: str
    space: str
    pid: int
    started: int
    user: str = field(default="", compare=False)


class Machine(Protocol):
    """What a store needs of the machine that it runs on; a simulator has its own."""

    def me(self) -> Process: ...

    def is_over(self, process: Process) -> bool:
        """Whether it can be proved from here that the process does nothing any more."""
        ...


class ThisMachine:
    """The real one, by /proc."""

    def me(self) -> Process:
        pid = os.getpid()
        host, boot, space = _identity()
        return Process(socket.gethostname(), host, boot, space, pid, _started(pid) or 0, _user(os.geteuid()))

    def is_over(self, process: Process) -> bool:
        me = self.me()
        if (process.machine, process.host) != (me.machine, me.host):
            return False
        if process.boot != me.boot:
            return bool(process.boot and me.boot)
        if process.space != me.space:
            return False
        return _started(process.pid) != process.started


@lru_cache(maxsize=1)
def _identity() -> tuple[str, str, str]:
    try:
        space = str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        space = ""
    return _read("/etc/machine-id"), _read("/proc/sys/kernel/random/boot_id"), space


@lru_cache(maxsize=1)
def _user(number: int) -> str:
    """By what the system says, not the environment, which anybody sets; the number where it knows no name."""
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _started(pid: int) -> int | None:
    """When it started; None when there is no such process, or only what is left of it (a zombie runs no more)."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return None if Path("/proc/self/stat").exists() else _started_without_proc(pid)
    except ProcessLookupError:
        return None
    fields = stat.rpartition(")")[2].split()  # the name, in brackets, may hold anything
    return None if fields[0] in "ZX" else int(fields[19])


def _started_without_proc(pid: int) -> int | None:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        return 0
    return 0
