"""The tour from nothing to convergence, and that the second time nothing is done."""

from __future__ import annotations

from collections import Counter

from tests.e2e.testbed import QUICKSTART, Testbed

CONDITIONS = ("Ready", "NodesDeployed", "AddressesLeased", "NetworkConfigured", "DomainsRunning")


def test_two_sites_eight_nodes_and_twenty_four_vms_come_up(quickstart: Testbed) -> None:
    devices = quickstart.devices()
    assert Counter(guest.host.rpartition(".")[2] for guest in devices.guests.values()) == {"lille": 12, "nancy": 12}
    assert Counter(Counter(guest.host for guest in devices.guests.values()).values()) == {3: 8}
    assert devices.deployed == 2
    status = quickstart.must("status", "-o", "json").data["status"]
    assert {c["type"]: c["status"] for c in status["conditions"]} == dict.fromkeys(
        ("Ready", "NodesDeployed", "AddressesLeased", "NetworkConfigured", "DomainsRunning"), "True"
    )
    assert status["resources"]["deployment"] == 8


def test_all_vms_are_in_one_network_over_both_sites_and_in_no_other(quickstart: Testbed) -> None:
    assert quickstart.groups() == [set(quickstart.devices().guests)]


def test_the_way_between_the_sites_is_a_tunnel(quickstart: Testbed) -> None:
    ports = quickstart.devices().ports
    pushes = {switch: push for (switch, _), state in ports.items() for push in state["pushes"]}
    assert set(pushes) == {"sw-1.lille", "sw-1.nancy"}
    assert len({push["sVlan"] for push in pushes.values()}) == 1


def test_the_list_of_vms_agrees_with_the_hosts_and_with_the_leases(quickstart: Testbed) -> None:
    guests = quickstart.devices().guests
    rows = quickstart.must("vms", "-o", "json").data
    leases = {row["member"]: row for row in quickstart.must("leases", "list", "-o", "json").data if row["mac"]}
    assert len(rows) == len(leases) == 24
    for row in rows:
        guest, lease = guests[row["domain"]], leases[row["name"]]
        assert (row["state"], row["host"], row["uuid"]) == ("running", guest.host, guest.uuid)
        assert (row["ip"], row["mac"]) == (lease["what"], lease["mac"])
        assert guest.macs == (row["mac"],)
        octets = [int(octet) for octet in row["ip"].split(".")]
        assert row["mac"] == "00:16:3e:" + ":".join(f"{octet:02x}" for octet in octets[1:])


def test_a_second_apply_makes_no_changing_call(quickstart: Testbed) -> None:
    before = quickstart.devices()
    assert quickstart.is_settled(QUICKSTART)
    assert "No changes." in quickstart.must("apply", "-f", QUICKSTART, "--yes").out
    after = quickstart.devices()
    assert after.touched_since(before) == set()
    assert after == before


def test_looking_changes_nothing(quickstart: Testbed) -> None:
    before = quickstart.devices()
    for command in ("plan", "diff"):
        quickstart.must(command, "-f", QUICKSTART)
    for command in (
        ["drift"],
        ["status"],
        ["vms"],
        ["show", "quickstart"],
        ["leases", "list"],
        ["graph", "-f", QUICKSTART],
    ):
        quickstart.must(*command)
    assert quickstart.devices() == before
