"""Every row answers every question, and what an unlisted kind is asked fails closed."""

from __future__ import annotations

import ast
import subprocess
import sys
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from reconciler.resources import kinds
from reconciler.resources.domain import Domain
from reconciler.resources.kind import Kind
from reconciler.resources.kinds import KINDS
from reconciler.resources.lease import AddressRange, Lease
from reconciler.resources.reservation import Reservation
from reconciler.resources.switch import Carried, EdgePort, SwitchSlice, Tunnel
from reconciler.resources.vlan import Vlan

PACKAGE = Path(kinds.__file__).parents[1]
ROWS = [pytest.param(kind, id=name) for name, kind in KINDS.items()]
CALLABLE = ("place", "uses", "grows")
MAY_BE_NONE = ("holding", "says_of_carrier", "replaced_by_hand", "derive")


def wrong_columns(kind: Kind[Any]) -> list[str]:
    """Also with ``Any`` forced: every column is there, and of the type that the row declares."""
    hints = get_type_hints(Kind)

    def is_wrong(name: str, value: object) -> bool:
        if value is None:
            return name not in MAY_BE_NONE
        shape = hints[name]
        return (name in CALLABLE and not callable(value)) or (isinstance(shape, type) and not isinstance(value, shape))

    return [column.name for column in fields(Kind) if is_wrong(column.name, getattr(kind, column.name, None))]


@pytest.mark.parametrize("kind", ROWS)
def test_a_row_answers_every_question(kind: Kind[Any]) -> None:
    assert wrong_columns(kind) == []
    assert is_dataclass(kind.spec) and kind.spec.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert kind.verified <= (not kind.claims), "what is only verified is nobody's claim"


def test_no_column_has_a_default() -> None:
    assert [f.name for f in fields(Kind) if f.default is not MISSING or f.default_factory is not MISSING] == []


@pytest.mark.parametrize("column", [column.name for column in fields(Kind)])
def test_a_row_without_a_column_cannot_be_made_and_with_any_forced_fails_its_test(column: str) -> None:
    row: dict[str, Any] = {each.name: getattr(KINDS["domain"], each.name) for each in fields(Kind)}
    del row[column]
    with pytest.raises(TypeError, match=column):
        Kind(**row)
    if column not in MAY_BE_NONE:
        assert wrong_columns(Kind(**row, **{column: None})) == [column]


def test_a_row_without_a_column_does_not_type_check(tmp_path: Path) -> None:
    text = (PACKAGE / "resources" / "bridge.py").read_text()
    columns = [column.name for column in fields(Kind)]
    for column in columns:
        lines = [line for line in text.splitlines(keepends=True) if not line.startswith(f"    {column}=")]
        (tmp_path / f"without_{column}.py").write_text("".join(lines))
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "mypy",
            "--strict",
            "--no-incremental",
            "--cache-dir",
            str(tmp_path / "cache"),
            str(tmp_path),
        ],
        cwd=PACKAGE.parent,
        capture_output=True,
        text=True,
    )
    for column in columns:
        assert f'Missing named argument "{column}" for "Kind"' in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize("kind", ROWS)
def test_what_is_stored_is_what_the_spec_has_in_its_order(kind: Kind[Any]) -> None:
    """A field that is added, dropped or moved needs a new version of the kind's rows."""
    assert kind.storage.fields[-1] == tuple(field.name for field in fields(kind.spec))
    earlier = {name for names in kind.storage.fields for name in names}
    added = set(kind.storage.fields[-1]) - set(kind.storage.fields[0])
    assert added <= kind.storage.added.keys() <= earlier


STORED_RECORDS = {
    "Nic": ("mac", "bridge"),
    "AddressRange": ("group", "index", "first", "count"),
    "EdgePort": ("port", "tag", "access", "trunk", "up"),
    "Carried": ("port", "vlans", "seen"),
    "Tunnel": ("port", "s_vlan", "c_vlans"),
}
"""What is inside of specs is stored by place, too: one that changes needs a new version of its kind's rows."""


@pytest.mark.parametrize("kind", ROWS)
def test_what_is_inside_of_a_spec_is_stored_as_it_was(kind: Kind[Any]) -> None:
    inner = {
        part.__name__: tuple(field.name for field in fields(part))
        for hint in get_type_hints(kind.spec).values()
        for part in get_args(hint)
        if is_dataclass(part) and isinstance(part, type)
    }
    assert inner.items() <= STORED_RECORDS.items()


def test_no_module_outside_of_a_kind_names_one() -> None:
    """Words in texts are no names; a kind is named where an address is made of a string, or compared with one."""
    allowed = ("resources", "lab", "drivers", "compile", "allocation", "importers")
    found = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path in sorted(PACKAGE.rglob("*.py"))
        if path.relative_to(PACKAGE).parts[0] not in allowed
        for node in ast.walk(ast.parse(path.read_text()))
        if _names_a_kind(node)
    ]
    assert found == []


def _names_a_kind(node: ast.AST) -> bool:
    if isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        about = any(isinstance(each, ast.Attribute) and each.attr == "kind" for each in sides)
        constants = [c.value for side in sides for c in ast.walk(side) if isinstance(c, ast.Constant)]
        return about and any(value in KINDS for value in constants)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Address":
        return any(isinstance(each, ast.Constant) and each.value in KINDS for each in node.args[:1])
    return False


# -- growth --------------------------------------------------------------------------------------------


def grows(before: Any, after: Any) -> bool:
    kind = next(kind for kind in KINDS.values() if kind.spec is type(before))
    return kind.grows(before, after)


OFF = Domain("a", "u", "k", "r", "", 128, 1, (), state="off")
RUNNING = Domain("a", "u", "k", "r", "", 128, 1, ())
MORE = [
    (Reservation(("n-1",)), Reservation(("n-1", "n-2"))),
    (Lease((AddressRange("vm", 0, 10, 2),)), Lease((AddressRange("vm", 0, 10, 3),))),
    (Vlan((("vlan:lille", 700),)), Vlan((("vlan:lille", 700), ("vlan:nancy", 700)))),
    (SwitchSlice((EdgePort("e1", "t", 700),)), SwitchSlice((EdgePort("e1", "t", 700), EdgePort("e2", "t", 700)))),
    (SwitchSlice(), SwitchSlice(carried=(Carried("e40", (700,)),))),
    (SwitchSlice(tunnels=(Tunnel("e1", 1000, (700,)),)), SwitchSlice(tunnels=(Tunnel("e1", 1000, (700, 701)),))),
    (OFF, RUNNING),
]


@pytest.mark.parametrize(("less", "more"), MORE)
def test_what_was_not_there_before_is_growth_and_what_is_given_back_is_none(less: object, more: object) -> None:
    assert grows(less, more)
    assert not grows(more, less)
    assert not grows(more, more)


def test_another_in_place_of_one_is_growth() -> None:
    assert grows(Reservation(("n-1",)), Reservation(("n-2",)))
    assert grows(Lease((AddressRange("vm", 0, 10, 1),)), Lease((AddressRange("vm", 0, 11, 1),)))


def test_a_port_that_is_put_right_and_a_vm_that_goes_on_are_no_growth() -> None:
    assert not grows(SwitchSlice((EdgePort("e1", "t", 1, up=False),)), SwitchSlice((EdgePort("e1", "t", 700),)))
    paused = Domain("a", "u", "k", "r", "", 256, 1, (), state="paused")
    assert not grows(paused, RUNNING)
