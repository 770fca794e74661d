"""The lab's folder."""

import stat
from pathlib import Path

import pytest

from reconciler.lab.addresses import Device, Kind
from reconciler.lab.contacts import LabContact
from reconciler.lab.persistence import Folder, Settings, default_state_directory
from reconciler.model.errors import Refused

CONTACT = LabContact("here", "deployer", "here", "here", "127.1.0.1", 25300, "root")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    folder = Folder.under(tmp_path / "state")
    folder.make()
    return folder


def test_nothing_is_there_at_first(tmp_path: Path) -> None:
    folder = Folder.under(tmp_path)
    assert folder.read_settings() is None
    assert folder.read_contacts() == ()
    assert not folder.read_documents()


def test_what_was_written_is_read_back(folder: Folder) -> None:
    device = Device("here", Kind.HOST, "n-1")
    folder.write_settings(Settings("abc", 7, True, 3))
    folder.write_keys({"client": "secret"})
    folder.write_device(device, "{}")
    folder.write_contacts((CONTACT,), {"here": "kind: Site\n"})
    assert folder.read_settings() == Settings("abc", 7, True, 3)
    assert folder.read_keys() == {"client": "secret"}
    assert folder.identity.read_text() == "secret"
    assert folder.read_device(device) == "{}"
    assert folder.read_contacts() == (CONTACT,)
    assert (folder.sites / "here.yaml").read_text() == "kind: Site\n"


def test_only_the_owner_can_read_it(folder: Folder) -> None:
    folder.write_keys({"client": "secret"})
    folder.write_contacts((CONTACT,), {"here": ""})
    folder.write_device(Device("here", Kind.HOST, "n-1"), "{}")
    for path in (folder.root, *folder.root.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_documents_of_sites_that_are_gone_do_not_stay(folder: Folder) -> None:
    folder.write_contacts((), {"old": ""})
    folder.write_contacts((), {"new": ""})
    assert [path.name for path in folder.sites.iterdir()] == ["new.yaml"]


def test_a_failed_write_leaves_the_old_file_and_no_other(folder: Folder) -> None:
    folder.write_documents({"a": "1"})
    with pytest.raises(UnicodeEncodeError):
        folder._write("documents.json", "\ud800")
    assert folder.read_documents() == {"a": "1"}
    assert [path.name for path in folder.root.iterdir()] == ["documents.json"]


def test_a_broken_file_is_refused_with_what_to_do(folder: Folder) -> None:
    folder._write("settings.json", "[]")
    with pytest.raises(Refused, match=r"settings\.json: unreadable .* lab reset"):
        folder.read_settings()


def test_the_environment_names_the_state_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RECONCILER_STATE_DIR", str(tmp_path))
    assert default_state_directory() == tmp_path
    assert Folder.under().root == tmp_path / "lab"
