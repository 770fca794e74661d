"""Drivers are found by their folder, and those of other packages by an entry point."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

import reconciler.drivers
from reconciler.drivers import Connected, discover, find
from reconciler.model.errors import Refused
from reconciler.transport.connections import Connections


def nothing() -> Connections:
    return Connections({}, {}, {}, object(), clock=lambda: 0.0, pause=lambda seconds: None)


def test_a_folder_with_connect_is_a_driver() -> None:
    assert {"allocations", "kadeploy", "openconfig", "xen"} <= discover().keys()
    assert list(discover()) == sorted(discover())


def test_finding_one_driver_imports_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("reconciler.drivers.")]:
        monkeypatch.delitem(sys.modules, name)
    find("xen")
    assert not [
        name for name in sys.modules if name.startswith(("reconciler.drivers.switch", "reconciler.drivers.image"))
    ]


def test_a_package_of_others_joins_by_its_entry_point(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "theirs.py").write_text("def connect(connections):\n    return 'theirs'\n")
    monkeypatch.syspath_prepend(tmp_path)
    point = EntryPoint("dns", "theirs:connect", reconciler.drivers.GROUP)

    def points(**selection: Any) -> list[EntryPoint]:
        return [point] if selection.get("name", "dns") == "dns" else []

    monkeypatch.setattr(reconciler.drivers, "entry_points", points)
    assert "dns" in discover()
    drivers = Connected(nothing())
    assert drivers["dns"] == "theirs"


def test_a_name_that_no_driver_has_is_refused_with_those_there_are() -> None:
    with pytest.raises(Refused, match=f"no driver is named 'xenn'; there are {', '.join(discover())}"):
        Connected(nothing())["xenn"]
