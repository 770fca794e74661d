"""The whole product on the thin slice: its own command line, a real Xen, a real NETCONF server, real frames."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.live.slice import INSIDE, OUTSIDE, PRODUCTION, TRUNK, Slice, experiment
from tests.live.switch.agent import PortConfig
from tests.live.switch.ovs import Host

START = "from reconciler.cli.main import main; main()"
SEEN = 2
"""The exit code of ``drift`` and of ``plan --detailed-exitcode`` when there is something to do."""


@dataclass(frozen=True, slots=True)
class Product:
    """The command line, with a state folder and a file of its own."""

    folder: Path

    @property
    def file(self) -> Path:
        return self.folder / "slice.yaml"

    def run(self, *words: str, status: int = 0) -> str:
        environment = {**os.environ, "RECONCILER_STATE_DIR": str(self.folder / "state")}
        command = [sys.executable, "-c", START, *words]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == status, f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def machines(self) -> list[dict[str, str]]:
        listed: list[dict[str, str]] = json.loads(self.run("vms", "-f", str(self.file), "-o", "json"))
        return listed


@dataclass(frozen=True, slots=True)
class Devices:
    """What there is on the node and on the switch."""

    domains: list[list[str]]
    links: list[str]
    ports: dict[str, str]


def look(testbed: Slice) -> Devices:
    domains = testbed.node.run("xl list\n").stdout.splitlines()
    links = testbed.node.run("ip -o link show\n").stdout.splitlines()
    return Devices([line.split()[:4] for line in domains], [line.split()[1] for line in links], testbed.switch.ports())


@pytest.fixture(scope="module")
def untouched(thin_slice: Slice) -> Devices:
    """The devices before anything was applied."""
    return look(thin_slice)


@pytest.fixture(scope="module")
def product(thin_slice: Slice, untouched: Devices, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The experiment, applied once."""
    product = Product(tmp_path_factory.mktemp("product"))
    product.file.write_text(f"{thin_slice.documents()}---\n{experiment()}")
    product.run("apply", "-f", str(product.file), "--yes")
    yield product
    product.run("destroy", "-f", str(product.file), "--yes")
    # a commit returns some milliseconds before the switch forwards accordingly
    thin_slice.agent.settled(lambda settings: settings[TRUNK] == PortConfig("br-c", "access", tag=str(PRODUCTION)))
    assert look(thin_slice) == untouched


def test_two_guests_run_on_the_node_and_their_vlan_is_on_its_port(product: Product, thin_slice: Slice) -> None:
    assert [(vm["name"], vm["host"], vm["state"]) for vm in product.machines()] == [
        ("web-0", "x1.live", "running"),
        ("web-1", "x1.live", "running"),
    ]
    settings = thin_slice.agent.settings
    assert settings[TRUNK].vlan_mode == "trunk"
    assert settings[TRUNK].trunks == settings[INSIDE].tag != settings[OUTSIDE].tag


def test_the_guests_answer_a_host_in_their_vlan_and_none_in_another(product: Product, thin_slice: Slice) -> None:
    guests = [Host("", vm["ip"]) for vm in product.machines()]
    assert [thin_slice.insider.pings(guest) for guest in guests] == [True, True]
    assert [thin_slice.outsider.sees(guest) for guest in guests] == [False, False]
    assert not thin_slice.outsider.sees(thin_slice.insider)


def test_applied_a_second_time_it_finds_nothing_to_do(product: Product, thin_slice: Slice) -> None:
    before = look(thin_slice), len(thin_slice.agent.history)
    product.run("plan", "-f", str(product.file), "--detailed-exitcode")
    product.run("apply", "-f", str(product.file), "--yes")
    assert (look(thin_slice), len(thin_slice.agent.history)) == before


def test_a_guest_that_died_is_named_as_drift_and_only_it_comes_back(product: Product, thin_slice: Slice) -> None:
    survivor = thin_slice.node.run("xl domid slice-web-1\n").stdout
    thin_slice.node.run("xl destroy slice-web-0\n")
    assert "web-0" in product.run("drift", "-f", str(product.file), status=SEEN)
    product.run("apply", "-f", str(product.file), "--yes")
    assert product.run("drift", "-f", str(product.file)).strip() == "no drift"
    assert thin_slice.node.run("xl domid slice-web-1\n").stdout == survivor
