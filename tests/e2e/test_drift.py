"""What changes behind our back is named, and repaired alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.testbed import QUICKSTART, Testbed


@pytest.fixture(autouse=True)
def settled(quickstart: Testbed) -> Iterator[None]:
    """Every test takes the lab back to convergence: nothing drifted, nothing unknown."""
    yield
    assert quickstart.drift() == {"drifted": [], "unknown": []}


def found_by(testbed: Testbed) -> dict[str, str]:
    """The drift: what it is, by address."""
    return {one["address"]: one["detail"] for one in testbed.drift()["drifted"]}


def test_a_dead_vm_a_moved_port_and_a_swapped_image_are_named_and_repaired_alone(quickstart: Testbed) -> None:
    before = quickstart.devices()
    quickstart.break_("host", "chinqchint-1.lille", "kill-domain", "quickstart-client-0")
    quickstart.break_("switch", "sw-2.lille", "move-port", "Ethernet14", "705")
    quickstart.break_("host", "griffon-2.nancy", "swap-image", "debian-min")
    drifted = found_by(quickstart)
    text = quickstart.run("drift")
    assert text.code == 2
    assert text.out.splitlines() == [f"{address}: {detail}" for address, detail in drifted.items()]
    on_swapped = ("bridge/quickstart/griffon-2.nancy/lan", "host/quickstart/griffon-2.nancy")
    on_swapped += tuple(f"domain/quickstart/server-{number}" for number in (1, 5, 9))
    assert set(drifted) == {
        "domain/quickstart/client-0",
        "switch/quickstart/sw-2.lille",
        "deployment/quickstart/griffon-2.nancy",
        *on_swapped,
    }
    assert "Ethernet14" in drifted["switch/quickstart/sw-2.lille"] and "705" in drifted["switch/quickstart/sw-2.lille"]
    assert "debian-min" in drifted["deployment/quickstart/griffon-2.nancy"]

    broken = quickstart.devices()
    assert quickstart.apply(QUICKSTART)["changes"] == len(drifted)
    after = quickstart.devices()
    assert after.touched_since(broken) == {"chinqchint-1.lille", "sw-2.lille", "griffon-2.nancy", "nancy"}
    renewed = {f"quickstart-{name}" for name in ("client-0", "server-1", "server-5", "server-9")}
    assert {n: g for n, g in after.guests.items() if n not in renewed} == {
        n: g for n, g in before.guests.items() if n not in renewed
    }
    assert {n: g.uuid for n, g in after.guests.items()} == {n: g.uuid for n, g in before.guests.items()}
    assert after.ports == before.ports
    assert quickstart.groups() == [set(before.guests)]


def test_a_crashed_vm_is_made_again_on_its_host_with_its_name_and_address(quickstart: Testbed) -> None:
    before = quickstart.devices()
    quickstart.break_("host", "griffon-1.nancy", "crash-domain", "quickstart-server-0")
    assert set(found_by(quickstart)) == {"domain/quickstart/server-0"}
    broken = quickstart.devices()
    quickstart.apply(QUICKSTART)
    after = quickstart.devices()
    assert after.touched_since(broken) == {"griffon-1.nancy"}
    assert after.restarted_since(before) == {"quickstart-server-0"}
    crashed, renewed = before.guests["quickstart-server-0"], after.guests["quickstart-server-0"]
    assert (renewed.uuid, renewed.host, renewed.macs) == (crashed.uuid, crashed.host, crashed.macs)


def test_a_paused_vm_goes_on_where_it_was(quickstart: Testbed) -> None:
    before = quickstart.devices()
    quickstart.xl("chinqchint-2.lille", "pause quickstart-client-1")
    assert "paused" in found_by(quickstart)["domain/quickstart/client-1"]
    rows = {row["name"]: row["state"] for row in quickstart.must("vms", "-o", "json").data}
    assert {name for name, state in rows.items() if state != "running"} == {"client-1"}
    assert rows["client-1"] == "paused"
    quickstart.apply(QUICKSTART)
    after = quickstart.devices()
    assert after.touched_since(before) == {"chinqchint-2.lille"}
    assert after.guests == before.guests


@pytest.fixture
def haunted(quickstart: Testbed) -> Iterator[None]:
    """A VM that cannot end until its host boots."""
    quickstart.break_("host", "griffon-3.nancy", "zombie", "quickstart-server-2")
    yield
    quickstart.break_("host", "griffon-3.nancy", "reboot")
    quickstart.apply(QUICKSTART)
    assert len(quickstart.devices().guests) == 24


@pytest.mark.usefixtures("haunted")
def test_a_zombie_is_waited_for_and_its_twin_is_not_made_beside_it(quickstart: Testbed) -> None:
    drift = quickstart.drift()
    assert [one["address"] for one in drift["unknown"]] == ["domain/quickstart/server-2"]
    before = quickstart.devices()
    ran = quickstart.run("apply", "-f", QUICKSTART, "--yes", "-o", "json", "--timeout", "3s")
    assert (ran.code, ran.data[0]["changes"]) == (8, 0)
    assert quickstart.devices() == before


def test_a_rebooted_host_gets_its_bridge_and_vms_back_and_is_not_imaged_again(quickstart: Testbed) -> None:
    before = quickstart.devices()
    quickstart.break_("host", "chinqchint-4.lille", "reboot")
    quickstart.apply(QUICKSTART)
    after = quickstart.devices()
    assert after.touched_since(before) == {"chinqchint-4.lille"}
    assert after.deployed == before.deployed
    assert {n: g.host for n, g in after.guests.items()} == {n: g.host for n, g in before.guests.items()}


def test_memory_that_was_changed_by_hand_is_put_back(quickstart: Testbed) -> None:
    before = quickstart.devices()
    quickstart.xl("griffon-4.nancy", "mem-set quickstart-server-3 128m")
    assert "memory" in found_by(quickstart)["domain/quickstart/server-3"]
    quickstart.apply(QUICKSTART)
    after = quickstart.devices()
    assert after.touched_since(before) == {"griffon-4.nancy"}
    assert after.guests["quickstart-server-3"].memory_mib == 256
    assert after.restarted_since(before) <= {"quickstart-server-3"}


def test_a_vm_that_was_renamed_by_hand_gets_its_name_back_and_runs_on(quickstart: Testbed) -> None:
    before = quickstart.devices()
    quickstart.xl("griffon-1.nancy", "rename quickstart-server-4 somebodys")
    assert "somebodys" in found_by(quickstart)["domain/quickstart/server-4"]
    quickstart.apply(QUICKSTART)
    after = quickstart.devices()
    assert after.touched_since(before) == {"griffon-1.nancy"}
    assert after.guests == before.guests
