"""How commands talk to the running lab: one JSON line each way over a socket in the lab's folder."""

from __future__ import annotations

import asyncio
import json
import os
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from reconciler.model.errors import ReconcilerError, Refused, Unreachable, Unreadable

MAX_LINE = 64 << 20
REPLY_WITHIN_S = 60.0

Answer = Callable[[str, dict[str, Any]], Awaitable[object]]


@contextmanager
def _short(path: Path) -> Iterator[str]:
    """A name for ``path`` that fits a socket address (108 bytes), whatever the folder is called."""
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


async def serve(path: Path, answer: Answer) -> asyncio.AbstractServer:
    """Answer requests on ``path``, which only its owner may open.  Our own errors reach the caller as ``Refused``."""

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = json.loads(await reader.readline())
            reply = await _reply(answer, request)
            writer.write(json.dumps(reply).encode() + b"\n")
            await writer.drain()
        except (ValueError, ConnectionError):
            pass  # whoever asked has gone, or it was no request
        finally:
            writer.close()

    path.unlink(missing_ok=True)
    with _short(path) as name:
        server = await asyncio.start_unix_server(converse, name, limit=1 << 20)
    path.chmod(0o600)
    return server


async def _reply(answer: Answer, request: dict[str, Any]) -> dict[str, object]:
    try:
        return {"result": await answer(str(request.pop("command", "")), request)}
    except ReconcilerError as error:
        return {"error": str(error)}


def ask(path: Path, command: str, **arguments: object) -> Any:
    """Ask the running lab; the reply is plain JSON.

    Raises:
        Refused: the lab says no; the message says why.
        Unreachable: no lab runs here, or it does not answer.
    """
    try:
        with socket.socket(socket.AF_UNIX) as line, _short(path) as name:
            line.settimeout(REPLY_WITHIN_S)
            line.connect(name)
            line.sendall(json.dumps({"command": command, **arguments}).encode() + b"\n")
            with line.makefile("rb") as file:
                text = file.readline(MAX_LINE)
    except (FileNotFoundError, ConnectionRefusedError):
        raise Unreachable("the lab is not running; run `reconciler lab start`") from None
    except OSError as error:
        raise Unreachable(
            f"the lab does not answer ({error}); run `reconciler lab stop`, then start it again"
        ) from None
    return _result(text)


def _result(text: bytes) -> Any:
    try:
        reply = json.loads(text)
    except ValueError:
        raise Unreadable("the lab's answer was cut; its log says why") from None
    if "error" in reply:
        raise Refused(reply["error"])
    return reply["result"]
