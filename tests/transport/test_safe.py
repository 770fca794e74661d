"""References to secrets, and the files behind them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from reconciler.model.errors import Refused
from reconciler.transport.safe import Safe

CANARY = "canary 3f9a"


def put(folder: Path, text: str = CANARY, mode: int = 0o600) -> Path:
    path = folder / "lille"
    path.write_text(text)
    path.chmod(mode)
    return path


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_private_file_is_read_without_its_line_end(tmp_path: Path, end: str) -> None:
    put(tmp_path, CANARY + end)
    assert Safe(tmp_path).fetch("secret://lille").reveal() == CANARY


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_a_file_that_others_could_read_or_write_is_refused(tmp_path: Path, mode: int) -> None:
    put(tmp_path, mode=mode)
    with pytest.raises(Refused, match="chmod 600") as caught:
        Safe(tmp_path).fetch("secret://lille")
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize(
    "reference",
    [
        "lille",
        "secret://",
        "secret://../lille",
        "secret:///etc/passwd",
        "secret://Lille",
        "secret://lille\n",
        "secret://a/b",
    ],
)
def test_a_reference_is_a_name_and_never_a_path(tmp_path: Path, reference: str) -> None:
    put(tmp_path)
    with pytest.raises(Refused, match="secret://NAME"):
        Safe(tmp_path).fetch(reference)


@pytest.mark.parametrize("text", ["", "\n", "two\nlines", "caf\u00e9", "bell\x07", "x" * 5000])
def test_what_cannot_stand_in_a_header_is_refused_and_not_told(tmp_path: Path, text: str) -> None:
    put(tmp_path, text)
    with pytest.raises(Refused, match="one line of printable ASCII") as caught:
        Safe(tmp_path).fetch("secret://lille")
    assert not text.strip() or text.strip() not in str(caught.value)


def test_a_secret_that_is_not_there_says_where_to_put_it(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="put the secret there, with mode 0600"):
        Safe(tmp_path).fetch("secret://lille")


def test_neither_a_link_nor_a_pipe_nor_a_folder_is_followed(tmp_path: Path) -> None:
    put(tmp_path)
    (tmp_path / "link").symlink_to(tmp_path / "lille")
    (tmp_path / "folder").mkdir(mode=0o700)
    os.mkfifo(tmp_path / "pipe", 0o600)
    for name in ("link", "folder", "pipe"):
        with pytest.raises(Refused):
            Safe(tmp_path).fetch(f"secret://{name}")
