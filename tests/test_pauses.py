"""Who may sleep: anybody else pauses as the one who waits has it, and tests wait for nothing."""

from __future__ import annotations

import ast

import pytest

from tests.test_architecture import MODULES, PACKAGE

ASLEEP = {
    "failpoint.py": "a test asked it to dawdle here",
    "transport/netconf_ssh.py": "a server has to read our hello by itself; it says nothing that one could wait for",
}
"""Modules that sleep for a fixed time.  Any other pause is given by who waits, who may want to end it early."""


def sleeps(tree: ast.Module) -> bool:
    """Whether a module calls ``time.sleep``, under whatever name; as the default of a parameter it may stand."""
    nodes = list(ast.walk(tree))
    modules = {a.asname or a.name for n in nodes if isinstance(n, ast.Import) for a in n.names if a.name == "time"}
    imported = [a for n in nodes if isinstance(n, ast.ImportFrom) and n.module == "time" for a in n.names]
    names = {f"{module}.sleep" for module in modules} | {a.asname or a.name for a in imported if a.name == "sleep"}
    return any(isinstance(node, ast.Call) and ast.unparse(node.func) in names for node in nodes)


def test_who_sleeps_for_a_fixed_time_is_listed() -> None:
    outside_the_lab = [file for file in MODULES if PACKAGE / "lab" not in file.parents]
    assert {f for f in outside_the_lab if sleeps(ast.parse(f.read_text()))} == {PACKAGE / name for name in ASLEEP}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("import time\ndef f():\n    time.sleep(1)", True),
        ("import time as t\nt.sleep(1)", True),
        ("from time import sleep as nap\nnap(1)", True),
        ("import time\ndef f(pause=time.sleep):\n    pause(1)", False),
    ],
)
def test_a_call_of_sleep_is_found(text: str, found: bool) -> None:
    assert sleeps(ast.parse(text)) is found
