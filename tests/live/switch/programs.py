"""Run the programs that the harness is made of, and end the ones it started."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable

import pytest

NEEDED = ("netconfd", "sshd", "ovs-vswitchd", "ovsdb-server", "tcpdump", "ethtool", "arping", "yanglint", "ip")


def require_programs() -> None:
    """Skip, saying why, where the real parts are missing; under CI that is a failure."""
    search = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    missing = [name for name in NEEDED if shutil.which(name, path=search) is None]
    reason = f"not installed: {', '.join(missing)}" if missing else "needs root" if os.geteuid() else ""
    if reason and os.environ.get("CI"):
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)


def run(*command: object, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run a program to its end; a failure says what it printed."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=60)
    if check and done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))}: {done.returncode}: {done.stderr or done.stdout}")
    return done


def in_namespace(namespace: str, *command: object, check: bool = True) -> subprocess.CompletedProcess[str]:
    return run("ip", "netns", "exec", namespace, *command, check=check)


def wait_until(true: Callable[[], bool], what: str, process: subprocess.Popen[bytes] | None = None) -> None:
    """Wait up to 20 s; stop at once when the process behind it has ended."""
    ends = time.monotonic() + 20
    while not true():
        if process is not None and process.poll() is not None:
            raise RuntimeError(f"{what}: the process ended with {process.returncode}")
        if time.monotonic() > ends:
            raise TimeoutError(f"{what}: not in 20 s")
        time.sleep(0.01)


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process that we started, and wait for it."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
