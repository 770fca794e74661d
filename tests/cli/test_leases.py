"""The books from the command line: who holds what, and what people outside keep for themselves."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest

from reconciler.cli.leases import PoolItems, parse_items
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
    assert (found["holder"], found["member"], found["state"]) == ("printers", "second floor", "external")
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


ADDRESS = (10 << 24) + (136 << 16) + 9


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("10.136.0.9", PoolItems("ipv4", (ADDRESS,))),
        ("10.136.0.9-10.136.0.11", PoolItems("ipv4", (ADDRESS, ADDRESS + 1, ADDRESS + 2))),
        ("10.136.0.8/31", PoolItems("ipv4", (ADDRESS - 1, ADDRESS))),
        ("vlan:lille/700", PoolItems("vlan:lille", (700,))),
        ("stag:core/1000-1001", PoolItems("stag:core", (1000, 1001))),
        ("node/griffon-1.nancy", PoolItems("node", ("griffon-1.nancy",))),
    ],
)
def test_items_are_called_as_the_state_database_shows_them(text: str, items: PoolItems) -> None:
    assert parse_items(text) == items


@pytest.mark.parametrize(
    "text",
    [
        "",
        "10.136.0",
        "10.136.0.9-10.136.0.8",
        "10.0.0.0/8",
        "10.136.0.9/31",
        "vlan:lille",
        "vlan:Lille/7",
        "node/x",
        "7",
    ],
)
def test_anything_else_is_a_usage_error(text: str) -> None:
    with pytest.raises(click.UsageError):
        parse_items(text)
