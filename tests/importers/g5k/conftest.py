"""Trees for tests: small ones of our own, and the real snapshots where the shared folder has them."""

from __future__ import annotations

import os
import tarfile
from pathlib import Path

import pytest

from tests.importers.g5k.trees import TreeOnDisk

REPOSITORY = Path(__file__).parents[3]


@pytest.fixture
def tree(tmp_path: Path) -> TreeOnDisk:
    return TreeOnDisk(tmp_path)


def shared_file(name: str) -> Path:
    """A file of the shared folder; skips where it is absent, and fails in CI."""
    path = Path(os.environ.get("RECONCILER_SHARED", REPOSITORY.parent / "shared")) / "data" / name
    if not path.exists():
        message = f"{path} is not there; set RECONCILER_SHARED to the folder with the recorded data"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return path


def _unpack(name: str, target: Path) -> Path:
    with tarfile.open(shared_file(f"g5k/{name}")) as archive:
        archive.extractall(target, filter="data")
    return target


@pytest.fixture(scope="session")
def may_2010(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _unpack("refapi-2010-05-17.tar.xz", tmp_path_factory.mktemp("refapi-2010"))


@pytest.fixture(scope="session")
def march_2026(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _unpack("refapi-2026-03-23.tar.xz", tmp_path_factory.mktemp("refapi-2026"))
