"""Which addresses the members of networks get."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.model.errors import Exhausted
from reconciler.resources.allocations import Allocations
from reconciler.resources.lease import AddressRange, derive_mac
from tests.spec.experiments import book_of, choose, experiment, guests, make, network, of_kind, settle

SMALL = "10.136.16.0/28"


def number(text: str) -> int:
    return int(IPv4Address(text))


def pairs(runs: Iterable[AddressRange]) -> dict[str, str]:
    return {vm: str(IPv4Address(address)) for run in runs for vm, address in run.pairs()}


def leased(addresses: str = SMALL, count: int = 4, allocations: Allocations | None = None) -> dict[str, str]:
    wanted = experiment(networks=[network(addresses=addresses)], vms=[guests(count=count)])
    return pairs(choose(wanted, allocations).leases["lan"])


def test_addresses_come_lowest_first_and_without_the_ranges_ends() -> None:
    assert leased() == {f"vm-{index}": f"10.136.16.{index + 1}" for index in range(4)}


def test_without_a_range_of_its_own_a_network_leases_where_the_site_lends() -> None:
    runs = choose(experiment()).leases["lan"]
    assert runs == (AddressRange("vm", 0, number("10.136.0.1"), 4),)


def test_many_members_are_one_run() -> None:
    wanted = experiment(
        networks=[network(addresses="10.136.16.0/24")], vms=[guests(count=3000, memory="64MiB")], nodes=None
    )
    with pytest.raises(Exhausted):
        choose(wanted)
    few = experiment(networks=[network(addresses="10.136.16.0/24")], vms=[guests(count=50, memory="64MiB")])
    assert len(choose(few).leases["lan"]) == 1


def test_addresses_of_others_are_gaps() -> None:
    allocations = Allocations(taken_addresses={number("10.136.16.2"): "other", number("10.136.16.4"): "other"})
    assert list(leased(allocations=allocations).values()) == [
        "10.136.16.1",
        "10.136.16.3",
        "10.136.16.5",
        "10.136.16.6",
    ]


def test_gateway_and_ends_of_the_sites_space_are_nobodys() -> None:
    found = leased("10.139.255.240/28", 13)
    assert "10.139.255.254" not in found.values() and "10.139.255.255" not in found.values()


def test_two_addresses_that_would_give_one_mac_are_never_both_given() -> None:
    allocations = Allocations(taken_addresses={number("172.136.16.1"): "other"})
    assert leased(allocations=allocations)["vm-0"] == "10.136.16.2"


def test_a_full_range_names_network_group_and_how_many_are_missing() -> None:
    with pytest.raises(Exhausted, match=r"network lan: 2 addresses too few in 10.136.16.0/28 for VM group vm"):
        leased(count=16)


def test_a_member_keeps_its_address_when_others_come_and_go() -> None:
    allocations = settle(experiment(networks=[network(addresses=SMALL)], vms=[guests(count=8)]))
    assert leased(count=3, allocations=allocations).items() <= leased(count=8).items()
    assert leased(count=8).items() <= leased(count=12, allocations=allocations).items()


def test_members_inside_a_cut_range_keep_their_addresses() -> None:
    busy = {number(f"10.136.16.{n}"): "other" for n in (1, 2, 3)}
    allocations = settle(
        experiment(networks=[network(addresses=SMALL)], vms=[guests(count=6)]), Allocations(taken_addresses=busy)
    )
    assert list(pairs(of_kind(allocations.recorded, "lease")["lan"].spec.runs).values())[-1] == "10.136.16.9"
    now = leased("10.136.16.0/29", 6, Allocations(recorded=allocations.recorded))
    assert {vm: now[vm] for vm in ("vm-0", "vm-1", "vm-2")} == {f"vm-{n}": f"10.136.16.{n + 4}" for n in range(3)}
    assert [now[f"vm-{n}"] for n in (3, 4, 5)] == ["10.136.16.1", "10.136.16.2", "10.136.16.3"]


def test_addresses_that_another_got_first_are_chosen_anew_though_our_wish_is_recorded() -> None:
    wished = settle(experiment(networks=[network(addresses=SMALL)]))
    allocations = Allocations(
        wished.recorded, taken_addresses={number("10.136.16.1"): "other", number("10.136.16.3"): "other"}
    )
    assert list(leased(allocations=allocations).values()) == [
        "10.136.16.5",
        "10.136.16.2",
        "10.136.16.6",
        "10.136.16.4",
    ]


def test_the_mac_follows_from_the_address() -> None:
    assert derive_mac(number("10.136.16.1")) == "00:16:3e:88:10:01"


@settings(max_examples=40, deadline=None)
@given(
    counts=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=4),
    taken=st.sets(st.integers(0, 63), max_size=20),
)
def test_addresses_are_never_given_twice_and_kept_through_any_history(
    counts: list[tuple[int, int]], taken: set[int]
) -> None:
    space = IPv4Network("10.136.16.0/26")
    others = {int(space[0]) + offset: "other" for offset in taken}
    allocations = Allocations(taken_addresses=others)
    for a_count, b_count in counts:
        networks = [network(name="a", addresses=str(space)), network(name="b", addresses=str(space))]
        vms = [
            guests(name="x", count=a_count, memory="64MiB", networks=["a", "b"]),
            guests(name="y", count=b_count, memory="64MiB", networks=["b"]),
        ]
        wanted = experiment(networks=networks, vms=vms)
        found = {name: pairs(runs) for name, runs in choose(wanted, allocations).leases.items()}
        given_ = [IPv4Address(address) for members in found.values() for address in members.values()]
        assert len(given_) == len(set(given_)) == 2 * a_count + b_count
        assert all(a in space and a not in (space[0], space[-1]) and int(a) not in others for a in given_)
        for name, resource in of_kind(allocations.recorded, "lease").items():
            kept = {vm: a for vm, a in pairs(resource.spec.runs).items() if vm in found[name]}
            assert kept.items() <= found[name].items()
        allocations = book_of(make(wanted, allocations), taken_addresses=others)
