"""The books from the command line: who holds what, and what people outside keep for themselves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.shell import InProcess


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> InProcess:
    return InProcess(tmp_path / "state", monkeypatch, capfd)


def reserve(shell: InProcess, *what: str) -> int:
    return shell("leases", "reserve", *what, "--for", "printers", "--reason", "second floor").returncode


def rows(shell: InProcess, *arguments: str) -> list[dict[str, str]]:
    return json.loads(shell("leases", *arguments, "-o", "json").stdout)


def test_what_people_outside_use_is_reserved_named_and_given_back(shell: InProcess) -> None:
    assert reserve(shell, "10.136.0.9-10.136.0.11", "10.136.0.20") == 0
    (found,) = rows(shell, "show", "10.136.0.10")
    assert (found["holder"], found["member"], found["state"]) == ("printers", "second floor", "outside")
    assert len(rows(shell, "list")) == 4
    assert shell("leases", "release", "10.136.0.0/27").stdout == "released 4 of ipv4\n"
    assert rows(shell, "list") == []


def test_ids_and_nodes_are_reserved_like_addresses(shell: InProcess) -> None:
    assert reserve(shell, "vlan:lille/700-702") == 0 and reserve(shell, "node/griffon-1.nancy") == 0
    assert [row["what"] for row in rows(shell, "show", "vlan:lille/701")] == ["701"]
    assert [row["pool"] for row in rows(shell, "show", "node/griffon-1.nancy")] == ["node"]


def test_nothing_is_reserved_when_one_of_it_is_somebodys(shell: InProcess) -> None:
    reserve(shell, "10.136.0.9")
    again = shell("leases", "reserve", "10.136.0.8/31", "--for", "x", "--reason", "y")
    assert again.returncode == 7 and "10.136.0.9 is held by printers" in again.stderr
    assert len(rows(shell, "list")) == 1


def test_goods_of_two_pools_are_two_commands(shell: InProcess) -> None:
    assert reserve(shell, "10.136.0.9", "vlan:lille/700") == 64


def test_an_experiments_lease_is_not_released_by_hand(shell: InProcess) -> None:
    from reconciler.resources.vlan import Vlan
    from reconciler.wiring import open_store

    store = open_store(shell.state)
    store.leases.hold("exp", [("vlan", "lan", Vlan((("vlan:lille", 700),)))], store.lock("exp", "run"))
    store.close()
    refused = shell("leases", "release", "vlan:lille/700")
    assert refused.returncode == 5 and "`reconciler destroy` gives it back" in refused.stderr
    assert len(rows(shell, "list")) == 1


def test_limits_of_projects_are_set_listed_and_lifted(shell: InProcess) -> None:
    assert shell("leases", "quota", "*", "--addresses", "100").returncode == 0
    shell("leases", "quota", "vision", "--addresses", "none", "--nodes", "4")
    assert rows(shell, "quota") == {
        "*": {"nodes": None, "addresses": 100, "vlans": None},
        "vision": {"nodes": 4, "addresses": -1, "vlans": None},
    }
    shell("leases", "quota", "vision", "--addresses", "default", "--nodes", "default")
    assert list(rows(shell, "quota")) == ["*"]
    assert shell("leases", "quota", "--nodes", "4").returncode == 64
    assert shell("leases", "quota", "vision", "--nodes", "four").returncode == 64
