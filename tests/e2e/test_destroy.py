"""Destroy leaves nothing of ours and everything of others; what it cannot see it does not give back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from tests.e2e.editing import Tree, edited
from tests.e2e.testbed import QUICKSTART, Testbed

OTHER = """cat > /root/other.cfg <<'XR_END'
name = "somebodys"
kernel = "/var/lib/xen/images/vmlinux"
ramdisk = "/var/lib/xen/images/domu.cpio"
memory = 64
vcpus = 1
vif = [ 'mac=00:16:3e:ff:00:01,bridge=xenbr0' ]
XR_END
xl create /root/other.cfg
"""


@pytest.fixture
def converged(quickstart: Testbed) -> Testbed:
    quickstart.apply(QUICKSTART)
    return quickstart


def test_destroy_leaves_no_vm_lease_vlan_bridge_port_setting_or_record(converged: Testbed) -> None:
    assert not converged.devices().bare
    assert "no resources are left" in converged.must("destroy", "-f", QUICKSTART, "--yes").out
    devices = converged.devices()
    assert devices.bare, devices
    assert converged.groups() == []
    assert converged.held("quickstart") == []
    assert converged.must("vms", "-o", "json").data == []
    assert converged.must("status", "-o", "json").data == []
    assert converged.drift() == {"drifted": [], "unknown": []}
    converged.must("destroy", "quickstart", "--yes")
    assert converged.devices() == devices


def test_what_was_destroyed_can_be_applied_again_on_the_images_that_are_there(converged: Testbed) -> None:
    converged.must("destroy", "quickstart", "--yes")
    before = converged.devices()
    converged.apply(QUICKSTART)
    after = converged.devices()
    assert len(after.guests) == 24
    assert after.deployed == before.deployed
    assert converged.groups() == [set(after.guests)]


def test_destroy_needs_no_documents_and_an_empty_file_destroys_nothing(converged: Testbed) -> None:
    before = converged.devices()
    empty = converged.state / "empty.yaml"
    empty.write_text("")
    assert converged.run("apply", "-f", empty, "--yes").code != 0
    converged.run("destroy", "-f", empty, "--yes")
    converged.run("destroy", "nobodys", "--yes")
    assert converged.devices() == before
    converged.must("destroy", "quickstart", "--yes")
    assert converged.devices().bare


@pytest.fixture
def with_another(converged: Testbed) -> Iterator[Testbed]:
    """Somebody has put a VM of his own on one of the nodes, by hand."""
    converged.by_hand("chinqchint-1.lille", OTHER)
    yield converged
    converged.by_hand("chinqchint-1.lille", "xl destroy somebodys\nrm /root/other.cfg\n")


def test_the_vm_of_somebody_else_stays(with_another: Testbed) -> None:
    before = with_another.devices()
    assert with_another.drift() == {"drifted": [], "unknown": []}
    with_another.must("destroy", "quickstart", "--yes")
    after = with_another.devices()
    assert after.guests == {"somebodys": before.guests["somebodys"]}
    assert after.links == {"chinqchint-1.lille": (f"vif{after.guests['somebodys'].id}.0",)}
    assert after.files == {"chinqchint-1.lille": ("/root/other.cfg",)}
    assert not after.ports


def test_nothing_that_a_silent_host_may_use_is_given_back_until_it_answers(converged: Testbed) -> None:
    held = converged.held("quickstart")
    assert Counter(row["pool"] for row in held)["ipv4"] == 24
    converged.break_("host", "chinqchint-1.lille", "offline")
    ran = converged.run("destroy", "quickstart", "--yes", "-o", "json")
    run = ran.data[0]
    assert (ran.code, run["converged"]) == (3, False)
    assert "whose state is unknown" in run["waiting"]["lease/quickstart/lan"]
    silent = {f"domain/quickstart/client-{number}" for number in (0, 4, 8)}
    assert silent <= set(run["unknown"])
    kept = {row["what"] for row in converged.held("quickstart")}
    assert {row["what"] for row in held if row["member"] in ("client-0", "client-4", "client-8")} <= kept
    assert {"chinqchint-1.lille"} <= kept
    left = converged.devices()
    assert left.guests == {}
    assert ("sw-1.lille", "Ethernet11") in left.ports
    again = converged.run("destroy", "quickstart", "--yes")
    assert again.code == 3 and "chinqchint-1.lille" in again.err

    converged.mend()
    assert set(converged.devices().guests) == {f"quickstart-client-{number}" for number in (0, 4, 8)}
    converged.must("destroy", "quickstart", "--yes")
    assert converged.devices().bare
    assert converged.held("quickstart") == []


def test_a_silent_switch_keeps_its_vlan_held(converged: Testbed) -> None:
    converged.break_("switch", "sw-2.lille", "offline")
    ran = converged.run("destroy", "quickstart", "--yes", "-o", "json")
    assert ran.code == 3
    assert "switch/quickstart/sw-2.lille" in ran.data[0]["waiting"]["vlan/quickstart/lan"]
    assert {row["pool"] for row in converged.held("quickstart")} >= {"vlan:lille", "vlan:nancy", "stag:renater"}
    converged.mend()
    converged.must("destroy", "quickstart", "--yes")
    assert converged.devices().bare


def test_of_two_experiments_one_is_destroyed_and_the_other_does_not_notice(converged: Testbed) -> None:
    converged.must("destroy", "quickstart", "--yes")

    def share(numbers: list[int], addresses: str) -> Callable[[Tree], None]:
        def edit(spec: Tree) -> None:
            for group, cluster in zip(spec["nodes"], ("chinqchint", "griffon"), strict=True):
                del group["count"]
                group["nodes"] = [f"{cluster}-{number}" for number in numbers]
            spec["networks"][0]["addresses"] = addresses

        return edit

    one = edited(converged.state, share([1, 2], "10.136.16.0/24"), "one")
    two = edited(converged.state, share([3, 4], "10.136.17.0/24"), "two")
    converged.apply(one)
    alone = converged.devices()
    converged.apply(two)
    both = converged.devices()
    assert [len(group) for group in converged.groups()] == [24, 24]
    assert {name: guest for name, guest in both.guests.items() if name in alone.guests} == alone.guests
    converged.must("destroy", "two", "--yes")
    after = converged.devices()
    assert (after.guests, after.ports, after.links) == (alone.guests, alone.ports, alone.links)
    assert converged.is_settled(one)
    converged.must("destroy", "one", "--yes")
    assert converged.devices().bare
