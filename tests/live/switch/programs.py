"""Run the programs that the harness is made of, and end the ones it started."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from tests.live.requirements import lacking

PACKAGES = {
    "netconfd": "netconfd",
    "sshd": "openssh-server",
    "ssh-keygen": "openssh-client",
    "ovs-vswitchd": "openvswitch-switch",
    "tcpdump": "tcpdump",
    "ethtool": "ethtool",
    "arping": "iputils-arping",
    "ping": "iputils-ping",
    "yanglint": "libyang2-tools",
    "ip": "iproute2",
}
"""What the harness runs, and Debian's packages that have it.

Never `netconfd-module-ietf-interfaces`: it sets the interfaces of the machine that it is installed on.
"""


def shared(*parts: str) -> Path:
    """A file or folder of the shared data, which is no part of the project; skipped, or failed in CI, where absent."""
    here = Path(__file__).resolve().parents[3]
    path = Path(os.environ.get("RECONCILER_SHARED", here.parent / "shared")).joinpath(*parts)
    if not path.exists():
        lacking(f"{path} is not there; set RECONCILER_SHARED")
    return path


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
