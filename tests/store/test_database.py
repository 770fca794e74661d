"""The file itself: its mode, its place, its version, its promises."""

from __future__ import annotations

import os
import sqlite3
import stat
from pathlib import Path

import pytest

from reconciler.model.errors import Refused
from reconciler.store import database
from reconciler.store.database import Database, file_system_of
from reconciler.store.schema import MIGRATIONS


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "state.db"


def mounts(monkeypatch: pytest.MonkeyPatch, folder: Path, lines: str) -> None:
    """Make the machine say that these file systems are mounted."""
    table = folder / "mounts"
    table.write_text(lines)
    monkeypatch.setattr(database, "Path", lambda name: table if name == "/proc/self/mounts" else Path(name))


def test_only_its_owner_may_read_it(path: Path) -> None:
    before = os.umask(0)
    try:
        made = Database(path)
        with made.transaction() as db:
            db.execute("INSERT INTO meta VALUES ('k', 'v')")
        files = list(path.parent.iterdir())
        assert {file.name for file in files} >= {"state.db", "state.db-wal"}
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        made.close()
    finally:
        os.umask(before)


def test_a_commit_is_on_disk_and_a_writer_is_waited_for(path: Path) -> None:
    made = Database(path)
    with made.reading() as db:
        asked = {
            name: db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous", "busy_timeout")
        }
    assert asked == {"journal_mode": "wal", "synchronous": 2, "busy_timeout": 30_000}
    made.close()


def test_a_transaction_that_fails_leaves_nothing(path: Path) -> None:
    made = Database(path)
    with pytest.raises(ZeroDivisionError), made.transaction() as db:
        db.execute("INSERT INTO meta VALUES ('k', 'v')")
        raise ZeroDivisionError
    with made.reading() as db:
        assert db.execute("SELECT count(*) FROM meta WHERE key = 'k'").fetchone() == (0,)
    made.close()


def test_a_file_of_a_later_version_is_refused_and_not_touched(path: Path) -> None:
    Database(path).close()
    with sqlite3.connect(path) as db:
        db.execute(f"PRAGMA user_version={len(MIGRATIONS) + 1}")
    db.close()
    with pytest.raises(Refused, match=r"written by a later version of this program \(schema [0-9]+\); upgrade first"):
        Database(path)
    with sqlite3.connect(path) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS) + 1,)
    db.close()


def test_opening_again_keeps_what_is_there(path: Path) -> None:
    def lineage() -> object:
        made = Database(path)
        with made.reading() as db:
            found = db.execute("SELECT value FROM meta WHERE key = 'lineage'").fetchone()
        made.close()
        return found

    assert lineage() == lineage()


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "fuse.sshfs", "9p", "lustre"])
def test_a_network_file_system_is_refused(
    path: Path, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounts(monkeypatch, tmp_path, f"/dev/sda / ext4 rw 0 0\nserver:/x {tmp_path} {kind} rw 0 0\n")
    with pytest.raises(Refused, match=rf"on {kind}, where SQLite's locks do not work; put the state on a local disk"):
        Database(path)
    assert not path.exists()


def test_the_innermost_mount_decides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = f"server:/ / nfs4 rw 0 0\n/dev/sda {tmp_path} ext4 rw 0 0\nserver:/x {tmp_path}-not nfs rw 0 0\n"
    mounts(monkeypatch, tmp_path, lines)
    assert file_system_of(tmp_path / "deep" / "er") == "ext4"
    assert file_system_of(tmp_path.parent) == "nfs4"


def test_a_mount_point_with_a_space_in_it_is_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "my files"
    folder.mkdir()
    mounts(monkeypatch, tmp_path, f"/dev/sda / ext4 rw 0 0\nserver:/x {tmp_path}/my\\040files nfs rw 0 0\n")
    assert file_system_of(folder) == "nfs"


def test_what_is_no_database_is_refused_with_its_name(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("this is no database, and it is long enough to be read as one " * 40)
    with pytest.raises(Refused, match=r"state\.db: not a state file of this program"):
        Database(path)


def test_a_power_cut_leaves_what_was_committed() -> None:
    made = Database(None)
    with made.transaction() as db:
        db.execute("INSERT INTO meta VALUES ('k', 'v')")
        with pytest.raises(RuntimeError, match="not committed"):
            made.image()
    image = made.image()
    with made.transaction() as db:
        db.execute("INSERT INTO meta VALUES ('later', 'v')")
    again = Database(None, image)
    with again.transaction() as db:
        assert db.execute("SELECT key FROM meta WHERE key IN ('k', 'later')").fetchall() == [("k",)]


def test_a_folder_that_everybody_may_write_to_is_refused(path: Path) -> None:
    path.parent.mkdir()
    path.parent.chmod(0o777)
    with pytest.raises(Refused, match=r"world-writable; run `chmod o-w "):
        Database(path)
    assert not path.exists()


def test_a_folder_of_somebody_else_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.parent.mkdir(mode=0o700)
    monkeypatch.setattr(os, "geteuid", lambda: path.parent.stat().st_uid + 1)
    with pytest.raises(Refused, match=r"belongs to user \d+, and you are \d+; use a --state-dir of your own"):
        Database(path)
