"""S22 and S23: a state that was tampered with is refused or harmless, and nobody else can read or write ours."""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reconciler.model.errors import Refused
from reconciler.store.database import Database
from tests.cli.shell import Shell
from tests.security.conftest import DOCUMENT, IMAGES
from tests.security.test_plan_tampering import changes_so_far

FLIPS = 6


@pytest.fixture(scope="module")
def applied(lab: Shell, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """A converged experiment, made under a umask that would let everybody write."""
    file = tmp_path_factory.mktemp("documents") / "exp.yaml"
    file.write_text(DOCUMENT)
    before = os.umask(0)
    try:
        done = lab("apply", "-f", file, "-f", IMAGES, "--yes", "--events", lab.state / "events")
        assert done.returncode == 0, done.stderr
        done = lab("plan", "-f", file, "-f", IMAGES, "--out", lab.state / "plan")
        assert done.returncode == 0, done.stderr
    finally:
        os.umask(before)
    yield lab


@pytest.fixture
def state(applied: Shell) -> Iterator[Path]:
    """The state file, put back afterwards; its write-ahead log is folded into it first."""
    path = applied.state / "state.db"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    kept = path.read_bytes()
    yield path
    for extra in path.parent.glob("state.db-*"):
        extra.unlink()
    path.write_bytes(kept)


def tried(applied: Shell, *codes: int) -> str:
    """What a command says on this state; it may end in these ways, and changes nothing."""
    before = changes_so_far(applied)
    done = applied("drift", "exp")
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode in codes, done.stdout + done.stderr
    assert changes_so_far(applied) == before
    return done.stderr + done.stdout


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda data: b"not a database " * 4000, id="another kind of file"),
        pytest.param(lambda data: data[: len(data) // 2], id="the first half"),
        pytest.param(lambda data: data[:4096] + bytes(len(data) - 4096), id="pages of zeros"),
        pytest.param(lambda data: data[:100] + os.urandom(len(data) - 100), id="noise"),
    ],
)
def test_s22_a_broken_state_file_is_refused(applied: Shell, state: Path, change: Callable[[bytes], bytes]) -> None:
    state.write_bytes(change(state.read_bytes()))
    assert "restore" in tried(applied, 1, 5)


def test_s22_a_flipped_byte_anywhere_ends_in_an_error_or_an_answer_and_never_in_a_change(
    applied: Shell, state: Path
) -> None:
    chance, whole = random.Random(22), state.read_bytes()
    for _ in range(FLIPS):
        at = chance.randrange(len(whole))
        for extra in state.parent.glob("state.db-*"):
            extra.unlink()
        state.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1 :])
        tried(applied, *range(8), 64)


@pytest.mark.parametrize("spec", ["", "[]", "[[1]]", '{"a": 1}', "null", "[" * 3000, '["x", 1, [], "y", "z"]'])
def test_s22_a_row_that_was_written_by_hand_is_refused(applied: Shell, state: Path, spec: str) -> None:
    with sqlite3.connect(state) as connection:
        connection.execute("UPDATE resources SET spec = ? WHERE kind = 'domain'", (spec,))
    connection.close()
    assert "unreadable row" in tried(applied, 5)


def test_s22_a_state_of_a_later_version_is_refused(applied: Shell, state: Path) -> None:
    with sqlite3.connect(state) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    assert "later version" in tried(applied, 5)


def test_s22_a_state_older_than_the_devices_is_used_for_nothing(applied: Shell, state: Path) -> None:
    with sqlite3.connect(state) as connection:  # as before any acquisition that a device knows of
        connection.execute("DELETE FROM acquisitions")
        connection.execute("UPDATE locks SET epoch = 0, known = 0")
        connection.execute("UPDATE counters SET value = 0")
    connection.close()
    before = changes_so_far(applied)
    tries = [applied("destroy", "exp", "--yes", "--timeout", "20s") for _ in range(3)]
    assert [done.returncode for done in tries] == [5, 5, 5]
    assert all("older than the devices" in done.stderr for done in tries)
    assert changes_so_far(applied) == before


def test_s22_another_state_does_not_touch_what_this_one_marked(applied: Shell, tmp_path: Path) -> None:
    """An empty state on the same devices, as after a lost disk, or by somebody with a state of his own."""
    stranger = Shell(tmp_path / "stranger")
    stranger.state.mkdir(mode=0o700)
    shutil.copytree(applied.state / "lab" / "sites", stranger.state / "lab" / "sites")
    file = tmp_path / "theirs.yaml"
    file.write_text(
        DOCUMENT.replace("{name: exp}", "{name: theirs}").replace("count: 1, image: debian-xen", "count: 1")
    )
    before = changes_so_far(applied)
    done = stranger("apply", "-f", file, "-f", IMAGES, "--yes", "--timeout", "20s")
    assert done.returncode not in (0, 2), done.stdout
    assert "Traceback" not in done.stderr
    assert "another" in done.stderr
    assert changes_so_far(applied) == before


# -- who can read and write it -----------------------------------------------------------------------


def test_s23_whatever_the_umask_nobody_else_can_read_or_write_what_we_keep(applied: Shell) -> None:
    open_to_others = [
        f"{stat.filemode(path.lstat().st_mode)} {path}"
        for path in (applied.state, *applied.state.rglob("*"))
        if not path.is_symlink() and path.lstat().st_mode & 0o077
    ]
    assert (applied.state / "state.db").exists() and (applied.state / "events").exists()
    assert open_to_others == []


def test_s23_a_state_folder_that_everybody_may_write_to_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(0o777)
    with pytest.raises(Refused, match="world-writable"):
        Database(folder / "state.db")
    assert not (folder / "state.db").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a folder of somebody else")
def test_s23_a_state_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "theirs"
    folder.mkdir(mode=0o755)
    os.chown(folder, 65534, 65534)
    with pytest.raises(Refused, match="belongs to user 65534"):
        Database(folder / "state.db")


def test_s23_a_saved_plan_is_written_whole_or_not_at_all(applied: Shell, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    saved = folder / "plan"
    assert applied("plan", "-f", IMAGES, "-f", _written(tmp_path), "--out", saved).returncode == 0
    assert [path.name for path in folder.iterdir()] == ["plan"]
    assert json.loads(saved.read_text())["experiment"] == "exp"


def _written(folder: Path) -> Path:
    file = folder / "exp.yaml"
    file.write_text(DOCUMENT)
    return file
