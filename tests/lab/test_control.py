"""Questions to the running lab."""

import asyncio
import socket
import stat
from pathlib import Path

import pytest

from reconciler.lab import control
from reconciler.model.errors import Refused, Unreachable


async def _answer(command: str, arguments: dict[str, object]) -> object:
    if command == "refuse":
        raise Refused("not today")
    return {"command": command, **arguments}


def _ask(path: Path, command: str, **arguments: object) -> object:
    async def both() -> object:
        server = await control.serve(path, _answer)
        try:
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            return await asyncio.to_thread(control.ask, path, command, **arguments)
        finally:
            server.close()

    return asyncio.run(both())


def test_a_question_is_answered(tmp_path: Path) -> None:
    assert _ask(tmp_path / "control", "break", device="a") == {"command": "break", "device": "a"}


def test_a_refusal_reaches_whoever_asked(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="not today"):
        _ask(tmp_path / "control", "refuse")


def test_a_folder_with_a_long_name_is_no_obstacle(tmp_path: Path) -> None:
    folder = tmp_path / ("x" * 100) / ("y" * 100)
    folder.mkdir(parents=True)
    assert _ask(folder / "control", "status") == {"command": "status"}


def test_a_socket_left_behind_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "control"
    with socket.socket(socket.AF_UNIX) as stale:
        stale.bind(str(path))
    assert _ask(path, "status") == {"command": "status"}


def test_no_lab_is_said_to_be_no_lab(tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match="lab start"):
        control.ask(tmp_path / "nowhere" / "control", "status")


def test_noise_on_the_socket_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "control"

    async def both() -> object:
        server = await control.serve(path, _answer)
        reader, writer = await asyncio.open_unix_connection(str(path))
        writer.write(b"not json\n")
        assert await reader.read() == b""
        writer.close()
        try:
            return await asyncio.to_thread(control.ask, path, "status")
        finally:
            server.close()

    assert asyncio.run(both()) == {"command": "status"}
