"""A lab of its own for tests that need one running."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciler.lab import launch
from reconciler.lab.persistence import Folder


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    """The folder of a lab that is not running yet; whatever runs there when the test ends is stopped."""
    folder = Folder.under(tmp_path / "state")
    yield folder
    launch.stop(folder)
    assert launch.running_pid(folder) is None
