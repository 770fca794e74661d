"""A node's shell over one kept OpenSSH connection."""

from __future__ import annotations

import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from tests.live.xen.seed import Keys


@dataclass(frozen=True, slots=True)
class Reply:
    stdout: str
    stderr: str
    status: int


class Shell:
    """Scripts go in on standard input; the command line is always ``/bin/sh -s``."""

    def __init__(self, folder: Path, address: str, port: int, keys: Keys) -> None:
        self._options = [
            *("-F", "none", "-i", str(keys.identity_file), "-p", str(port), "-S", str(folder / "ssh")),
            *("-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes"),
            *("-o", f"UserKnownHostsFile={keys.known_hosts}", "-o", "GlobalKnownHostsFile=/dev/null"),
            *("-o", "KexAlgorithms=curve25519-sha256", "-o", "LogLevel=ERROR", "-o", "ConnectTimeout=30"),
        ]
        self._destination = f"root@{address}"
        self._socket = folder / "ssh"
        self._master: subprocess.Popen[bytes] | None = None

    def connect(self, timeout_s: float) -> None:
        """Open the connection that the scripts share.

        Raises:
            TimeoutError: the node did not let us in in time.
        """
        deadline = time.monotonic() + timeout_s
        while not self._connected(deadline):
            self.close()
            said = self._said()
            if time.monotonic() > deadline:
                raise TimeoutError(f"ssh did not get in: {said}")
            time.sleep(0.2)  # sshd goes to the background before it listens

    def _connected(self, deadline: float) -> bool:
        """Whether one attempt led to a connection."""
        self._master = subprocess.Popen(
            ["ssh", *self._options, "-M", "-N", self._destination], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        while self._master.poll() is None and time.monotonic() < deadline:
            if self._socket.exists():
                return True
            time.sleep(0.05)
        return False

    def _said(self) -> str:
        if self._master is None or self._master.stderr is None:
            return ""
        return self._master.stderr.read().decode(errors="replace").strip()[-500:]

    def run(self, script: str, timeout_s: float = 120) -> Reply:
        done = subprocess.run(
            ["ssh", *self._options, self._destination, "/bin/sh -s"],
            input=script,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )
        return Reply(done.stdout, done.stderr, done.returncode)

    def close(self) -> None:
        if self._master is not None and self._master.poll() is None:
            self._master.kill()
            self._master.wait()
        self._socket.unlink(missing_ok=True)
