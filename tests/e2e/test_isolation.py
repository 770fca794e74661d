"""Experiments that share a testbed never meet on it, and only one of two gets what there is once."""

from __future__ import annotations

import os
import random
import signal
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.campaigns.command_line import ROOT, CommandLine, Ended, open_lab, wait
from tests.campaigns.inspection import look
from tests.campaigns.isolation import NAMES, campaign, marked_ports, run_together
from tests.campaigns.neighbours import LAB, find_meetings, owners, write, write_neighbour

SEED = 11
ISSUED = "stop-after-commit:4"
"""After the schema, the lock, the life and the intents: what is to be held is chosen, and not yet held."""


@pytest.fixture
def line() -> Iterator[CommandLine]:
    with open_lab(*LAB, "--seed", str(SEED)) as line:
        yield line


@pytest.fixture
def narrow(tmp_path: Path) -> Iterator[CommandLine]:
    """A lab with one VLAN to lend."""
    site = yaml.safe_load((ROOT / "specs/sites/lille.yaml").read_text())
    site["spec"]["vlans"]["local"] = "700"
    file = tmp_path / "lille.yaml"
    file.write_text(yaml.safe_dump(site))
    with open_lab("--site", str(file), "--site", "specs/environments", "--fast") as line:
        yield line


def test_two_experiments_applied_repaired_and_destroyed_at_the_same_time_never_meet(line: CommandLine) -> None:
    assert len(list(campaign(line, 2, SEED))) == 6


def test_a_port_moved_by_hand_into_a_neighbours_network_is_noticed_and_put_back(line: CommandLine) -> None:
    apply = {name: ("apply", *write_neighbour(line.folder, name), "--yes") for name in NAMES}
    run_together(line, "apply", apply, random.Random(SEED))
    before = look(line)
    switch, port = next(
        (switch, port)
        for switch, port in marked_ports(before)
        if switch == "sw-1.nancy" and _port(before.devices, switch, port)["description"].split(":")[3] == "alpha"
    )
    theirs = next(
        int(what) for pool, what, holder in before.leases if (pool, holder) == ("vlan:nancy", "beta/vlan/lan/")
    )
    line.expect("lab", "break", "switch", switch, "move-port", port, str(theirs))
    assert find_meetings(line, NAMES), "the check would miss a meeting"
    line.expect(*apply["alpha"])
    assert look(line).devices == before.devices
    now = [{vm["name"] for vm in group["vms"]} for group in line.ask_lab("reach")]
    assert not [group for group in now if len(owners(group, NAMES)) > 1]


def test_of_two_processes_on_one_experiment_the_second_names_the_first(line: CommandLine) -> None:
    apply = ("apply", *write_neighbour(line.folder, "alpha"), "--yes")
    first = _start_and_stop(line, *apply)
    second = line.run(*apply)
    assert (second.code, f"process {first.pid}" in second.err) == (7, True), second
    patient = line.start(*apply, "--lock-timeout", "60s")
    assert _continue(first).code == 0
    assert wait(patient).code == 0


def test_who_loses_the_race_for_the_last_vlan_holds_nothing_and_is_told_who_has_it(narrow: CommandLine) -> None:
    _race(narrow, {"count": 1}, "vlan:lille")


def test_who_loses_the_race_for_the_last_nodes_holds_nothing_and_is_told_who_has_them(narrow: CommandLine) -> None:
    _race(narrow, {"count": 3}, "lille")


def _race(line: CommandLine, group: dict[str, int], pool: str) -> None:
    """Beta has chosen when alpha takes the same."""
    words = {name: ("apply", *_write_small(line.folder, name, group), "--yes") for name in NAMES}
    loser = _start_and_stop(line, *words["beta"])
    line.expect(*words["alpha"])
    ended = _continue(loser)
    assert (ended.code, pool in ended.err, "alpha" in ended.err) == (7, True, True), ended
    assert "planning again" in ended.err, "it never raced: it had chosen too late"
    assert not line.ask("leases", "list", "beta")
    after = look(line)
    assert not [name for name in after.domains if owners([name], ["beta"])]
    again = line.run(*words["beta"])
    assert (again.code, pool in again.err, "alpha" in again.err) == (7, True, True), again
    line.expect("destroy", "beta", "--yes")
    assert look(line).leases == after.leases


def _write_small(folder: Path, name: str, group: dict[str, int]) -> tuple[str, ...]:
    nodes = [{"name": "hosts", "site": "lille", "image": "debian-xen", **group}]
    networks = [{"name": "near", "kind": "local", "sites": ["lille"]}]
    vms = [{"name": "vm", "count": 1, "on": "hosts", "image": "tiny", "memory": "128MiB", "networks": ["near"]}]
    return write(folder, name, {"nodes": nodes, "networks": networks, "vms": vms})


def _start_and_stop(line: CommandLine, *words: str) -> subprocess.Popen[str]:
    """Start a run that stops itself before it holds anything, and wait until it has."""
    process = line.start(*words, module=("tests.campaigns.dying", ISSUED))
    _, status = os.waitpid(process.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status), f"it ended instead: {status}"
    return process


def _continue(process: subprocess.Popen[str]) -> Ended:
    process.send_signal(signal.SIGCONT)
    return wait(process)


def _port(devices: Mapping[str, Any], switch: str, port: str) -> Mapping[str, Any]:
    return devices[f"{switch}/switch"]["ports"][port]
