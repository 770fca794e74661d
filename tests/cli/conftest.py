"""A lab that the tests of one file share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cli.shell import InProcess, Shell


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """The command line as a process of its own; each test has an experiment of its own on the lab."""
    shell = Shell(tmp_path_factory.mktemp("lab") / "state")
    started = shell("lab", "start", "--fast")
    assert started.returncode == 0, started.stderr
    yield shell
    shell("lab", "stop")


@pytest.fixture
def shell(outside: Shell, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> InProcess:
    """The command line in this process, on that lab."""
    return InProcess(outside.state, monkeypatch, capfd)
