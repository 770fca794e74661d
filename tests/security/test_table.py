"""The table of controls in SECURITY.md names every test there is, and none that there is not."""

from __future__ import annotations

import ast
import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "SECURITY.md"
CONTROLS = [f"S{number}" for number in range(1, 31)]
_ROW = re.compile(r"^\| (S\d+) \| (.+?) \| (.+) \|$", re.MULTILINE)


def listed() -> dict[str, list[str]]:
    return {control: re.findall(r"`(test_\w+)`", tests) for control, _, tests in _ROW.findall(PAGE.read_text())}


def existing() -> dict[str, list[str]]:
    """The tests of this folder by the control that their name begins with."""
    found: dict[str, list[str]] = {}
    for file in sorted(Path(__file__).parent.glob("test_*.py")):
        for node in ast.parse(file.read_text()).body:
            match = re.match(r"test_s(\d\d)_", node.name) if isinstance(node, ast.FunctionDef) else None
            if match and isinstance(node, ast.FunctionDef):
                found.setdefault(f"S{int(match[1])}", []).append(node.name)
    return found


def test_every_control_is_in_the_table_once_and_in_order() -> None:
    assert [control for control, _, _ in _ROW.findall(PAGE.read_text())] == CONTROLS


def test_every_control_has_a_test() -> None:
    assert sorted(existing(), key=lambda control: int(control[1:])) == CONTROLS


def test_the_table_names_every_test_and_none_that_does_not_exist() -> None:
    assert {control: sorted(tests) for control, tests in listed().items()} == {
        control: sorted(tests) for control, tests in existing().items()
    }


def test_no_two_tests_have_one_name() -> None:
    names = [name for tests in existing().values() for name in tests]
    assert len(names) == len(set(names))
