"""``fmt`` as it is called: what it writes, prints and refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconciler.cli.fmt import fmt_command
from tests.cli.shell import InProcess


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> InProcess:
    return InProcess(tmp_path / "state", monkeypatch, capfd)


def test_what_cannot_be_laid_out_is_named_in_every_file_and_nothing_is_written(
    shell: InProcess, tmp_path: Path
) -> None:
    texts = {"a.yaml": "a:   1\n", "b.yaml": "a: 1\nb: 2\t# two\n", "c.yaml": "a: [1\n"}
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    done = shell("fmt", "-f", str(tmp_path))
    assert done.returncode == 4
    assert "b.yaml:2:5: error S122" in done.stderr and "replace the tab by a blank" in done.stderr
    assert "c.yaml:2:1: error S103" in done.stderr
    assert {name: (tmp_path / name).read_text() for name in texts} == texts


@pytest.mark.parametrize("text", ["a:   1\n", "a: 1\n"])
def test_standard_input_comes_out_laid_out_also_when_it_was(shell: InProcess, text: str) -> None:
    assert shell("fmt", "-f", "-", stdin=text).stdout == "a: 1\n"


def test_a_file_that_cannot_be_replaced_leaves_no_draft_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError("read-only")

    monkeypatch.setattr(Path, "replace", refuse)
    (tmp_path / "a.yaml").write_text("a:   1\n")
    with pytest.raises(PermissionError):
        fmt_command.main(["-f", str(tmp_path / "a.yaml")], standalone_mode=False)
    assert [file.name for file in tmp_path.iterdir()] == ["a.yaml"]
