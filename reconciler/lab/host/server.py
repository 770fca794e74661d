"""The SSH server in front of an emulated host."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import asyncssh

from reconciler.lab.host.host import LabHost, PowerLost
from reconciler.lab.host.shell import Shell

SCRIPT_COMMAND = "/bin/sh -s"
MAX_SCRIPT = 16 << 20
USER = "root"
NOBODY = asyncssh.import_authorized_keys("")


async def serve(
    host: LabHost, address: str, port: int, host_key: asyncssh.SSHKey, authorized_keys: asyncssh.SSHAuthorizedKeys
) -> asyncssh.SSHAcceptor:
    """Listen until closed.  Only root gets in, and only with one of the keys; port 0 takes a free one."""
    return await asyncssh.listen(
        address,
        port,
        server_factory=lambda: _Server(host, authorized_keys),
        server_host_keys=[host_key],
        process_factory=lambda process: _serve_session(host, process),
        password_auth=False,
        kbdint_auth=False,
        gss_host=None,
        sftp_factory=None,
        allow_scp=False,
        agent_forwarding=False,
        x11_forwarding=False,
        line_editor=True,
        encoding="utf-8",
        errors="replace",
        compression_algs=None,
    )


class _Server(asyncssh.SSHServer):
    """One connection: broken off at once while the host does not answer, and whenever it goes down."""

    def __init__(self, host: LabHost, authorized_keys: asyncssh.SSHAuthorizedKeys) -> None:
        self._host = host
        self._authorized_keys = authorized_keys
        self._cut: Callable[[], None] | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        if not self._host.answering:
            conn.abort()
            return
        self._conn = conn
        self._cut = conn.abort
        self._host.cut.add(self._cut)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._cut is not None:
            self._host.cut.discard(self._cut)

    def begin_auth(self, username: str) -> bool:
        self._conn.set_authorized_keys(self._authorized_keys if username == USER else NOBODY)
        return True

    def auth_completed(self) -> None:
        counters = self._host.counters
        self._host.counters = replace(counters, sessions=counters.sessions + 1)


async def _serve_session(host: LabHost, process: asyncssh.SSHServerProcess[str]) -> None:
    """Runs on after the client has gone, as a script does that was started."""
    counters = host.counters
    host.counters = replace(counters, execs=counters.execs + 1)
    if host.faults.take("silent"):
        await process.wait_closed()
        return
    if process.command is None:
        await _serve_login(host, process)
        return
    script = await _read_script(process) if process.command == SCRIPT_COMMAND else process.command
    delay_s = host.faults.delay("slow")
    if delay_s:
        await asyncio.sleep(delay_s)
    await _run(host, process, script, drop=host.faults.take("drop-reply"))


async def _read_script(process: asyncssh.SSHServerProcess[str]) -> str:
    """All of stdin.  What came before the client broke off is run up to its last whole line, as sh would have."""
    parts: list[str] = []
    size = 0
    try:
        while (part := await process.stdin.read(65536)) and size < MAX_SCRIPT:
            parts.append(part)
            size += len(part)
    except (asyncssh.Error, OSError):
        return "".join(parts).rpartition("\n")[0]
    return "".join(parts)


async def _run(host: LabHost, process: asyncssh.SSHServerProcess[str], script: str, *, drop: bool) -> None:
    quiet: Callable[[str], None] = lambda text: None  # noqa: E731 - two of the four writers
    say, complain = (quiet, quiet) if drop else (_writer(process.stdout), _writer(process.stderr))
    try:
        status = await Shell(host, say, complain).run(script)
    except PowerLost:
        drop = True
        status = 255
    if drop:
        process.channel.get_connection().abort()
    else:
        process.exit(status)


def _writer(stream: asyncssh.SSHWriter[str]) -> Callable[[str], None]:
    def write(text: str) -> None:
        if not stream.channel.is_closing():
            stream.write(text)

    return write


async def _serve_login(host: LabHost, process: asyncssh.SSHServerProcess[str]) -> None:
    """A person at a prompt: one line at a time, until `exit` or end of file."""
    prompt = f"root@{host.name}:~# "
    process.stdout.write(f"{host.image.name}-{host.image.version} on {host.name}, an emulated node\n{prompt}")
    status = 0
    try:
        async for line in process.stdin:
            if line.strip() in ("exit", "logout"):
                break
            status = await Shell(host, process.stdout.write, process.stdout.write).run(line.rstrip("\r\n"))
            process.stdout.write(prompt)
    except (PowerLost, asyncssh.Error):
        process.channel.get_connection().abort()
        return
    process.exit(status)
