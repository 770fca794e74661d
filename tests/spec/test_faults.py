"""Every file in `faults/` says in its first lines what is wrong with it and where; we say just that."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from reconciler.model.errors import SpecError
from reconciler.spec.codes import CODES
from reconciler.spec.excerpt import render_text
from reconciler.spec.load import examine, load
from tests.spec.samples import FAULTS, IMAGES, SITES

_EXPECT = re.compile(r"^# expect: (\d+:\d+ S\d+)$", re.MULTILINE)
# S120 is about bytes, S121 about the disk, S122 about `fmt`, S101 and S105 need large files: tests of their own.
_NOT_AS_FILES = {"S101", "S105", "S120", "S121", "S122"}


def read(file: Path) -> str:
    return file.read_bytes().decode()


@pytest.mark.parametrize("file", FAULTS, ids=lambda file: file.stem)
def test_a_fault_is_named_at_its_place(file: Path) -> None:
    text = read(file)
    examination = examine({**SITES, **IMAGES, file.name: text})
    found = [f"{d.span} {d.code}" for d in examination.diagnostics]
    assert found == [f"{file.name}:{expected}" for expected in _EXPECT.findall(text)], examination.diagnostics


@pytest.mark.parametrize("file", FAULTS, ids=lambda file: file.stem)
def test_nothing_that_a_file_says_reaches_the_terminal_raw(file: Path) -> None:
    text = read(file)
    shown = render_text(examine({**SITES, **IMAGES, file.name: text}).diagnostics, {file.name: text})
    assert all(char.isprintable() or char == "\n" for char in shown)


def test_all_faults_of_all_files_are_named_at_once() -> None:
    files = {file.name: read(file) for file in FAULTS if "site" not in file.stem}
    with pytest.raises(SpecError) as caught:
        load({**SITES, **IMAGES, **files})
    assert {d.span.file for d in caught.value.diagnostics if d.span} == set(files)


def test_every_code_has_a_fault() -> None:
    shown = {line.split()[1] for file in FAULTS for line in _EXPECT.findall(read(file))}
    assert shown == set(CODES) - _NOT_AS_FILES


def test_there_are_more_than_forty_faults() -> None:
    assert len(FAULTS) > 40
