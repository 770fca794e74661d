"""Real inventories: imported, put on the lab, and used."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.importers.g5k.conftest import shared_file

ROOT = Path(__file__).parents[2]
SPECS = Path(__file__).parent / "specs"
IMAGES = ("-f", str(ROOT / "specs" / "environments"))


class Bench:
    """A lab of imported sites, and the command line on it."""

    def __init__(self, state: Path, snapshot: str, *options: str) -> None:
        archive = shared_file(f"g5k/refapi-{snapshot}.tar.xz")
        self.environment = {**os.environ, "RECONCILER_STATE_DIR": str(state / "state")}
        with tarfile.open(archive) as tree:
            tree.extractall(state / "tree", filter="data")
        self.sites = state / "sites"
        self.run("import", "g5k", str(state / "tree"), *options, "--out", str(self.sites))
        self.run("lab", "start", "--fast", "--site", str(self.sites))

    def run(self, *arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "reconciler", *arguments],
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done

    def read(self, *arguments: str) -> Any:
        return json.loads(self.run(*arguments, "-o", "json").stdout)


@pytest.fixture(scope="module")
def may_2010(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    bench = Bench(
        tmp_path_factory.mktemp("may"),
        "2010-05-17",
        *("--site", "lille", "--site", "nancy", "--uplinks", "gw", "--wan", "renater"),
    )
    yield bench
    bench.run("lab", "stop")


@pytest.fixture(scope="module")
def march_2026(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    options = ("--site", "rennes", "--site", "nancy", "--wan", "renater")
    bench = Bench(tmp_path_factory.mktemp("march"), "2026-03-23", *options)
    yield bench
    bench.run("lab", "stop")


def test_may_2010_runs_149_vms_on_32_of_40_nodes(may_2010: Bench) -> None:
    spec = ("-f", str(SPECS / "may-2010.yaml"))
    may_2010.run("apply", *spec, "--yes")
    vms = may_2010.read("vms")
    assert Counter(vm["state"] for vm in vms) == {"running": 149}
    assert len({vm["host"] for vm in vms}) == 32
    assert len({vm["mac"] for vm in vms}) == len({vm["ip"] for vm in vms}) == 149
    assert sum(row["pool"] == "node" for row in may_2010.read("leases", "list")) == 40
    before = may_2010.read("lab", "status")["totals"]["changing"]
    may_2010.run("plan", *spec, "--detailed-exitcode")
    may_2010.run("apply", *spec, "--yes")
    assert may_2010.read("lab", "status")["totals"]["changing"] == before
    assert [len(group["vms"]) for group in may_2010.read("lab", "reach") if group["vms"]] == [149]


def test_nodes_without_a_known_port_are_named_when_isolation_is_asked_for(may_2010: Bench) -> None:
    refused = may_2010.run("validate", "-f", str(SPECS / "without-ports.yaml"), *IMAGES, code=4)
    assert "S416: chinqchint-14, chuque-1, chuque-2 have no experiment interface with a known port" in refused.stderr


def test_march_2026_runs_a_global_network_over_two_sites(march_2026: Bench) -> None:
    march_2026.run("apply", "-f", str(SPECS / "march-2026.yaml"), *IMAGES, "--yes")
    (group,) = (group for group in march_2026.read("lab", "reach") if group["vms"])
    assert Counter(vm["host"].rpartition(".")[2] for vm in group["vms"]) == {"rennes": 18, "nancy": 18}
    march_2026.run("destroy", "wide", "--yes")
    assert march_2026.read("vms") == []
    assert not any(group["vms"] for group in march_2026.read("lab", "reach"))
