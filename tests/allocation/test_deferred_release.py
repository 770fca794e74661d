"""What is kept for a pass because it is still in use."""

from __future__ import annotations

from dataclasses import replace

from reconciler.compile.experiment import Resources
from reconciler.model.address import Address
from reconciler.resources.allocations import Allocations
from reconciler.resources.lease import AddressRange
from tests.spec.experiments import NAME, book_of, experiment, group, guests, make, network, of_kind, settle

LEASE = Address("lease", NAME, "lan")
HOSTS = Address("reservation", NAME, "hosts")


def held(resources: Resources) -> dict[str, list[int]]:
    """The last two octets of what every VM holds."""
    found: dict[str, list[int]] = {}
    for vm, address in (pair for run in resources[LEASE].spec.runs for pair in run.pairs()):
        found.setdefault(vm, []).append(address & 0xFFFF)
    return found


def members(allocations: Allocations, count: int) -> list[str]:
    lease = make(experiment(vms=[guests(count=count)]), allocations).get(LEASE)
    return sorted(vm for run in lease.spec.runs for vm, _ in run.pairs()) if lease else []


def without(allocations: Allocations, *names: str, kinds: tuple[str, ...] = ("domain",)) -> Allocations:
    kept = {a: r for a, r in allocations.recorded.items() if not (a.kind in kinds and a.name in names)}
    return replace(allocations, recorded=kept)


def test_an_address_is_given_back_one_pass_after_its_domain() -> None:
    allocations = settle(experiment())
    assert members(allocations, 2) == ["vm-0", "vm-1", "vm-2", "vm-3"]
    assert members(without(allocations, "vm-2", "vm-3"), 2) == ["vm-0", "vm-1"]
    assert members(without(allocations, "vm-3"), 2) == ["vm-0", "vm-1", "vm-2"]


def test_the_last_address_of_a_network_lingers_too() -> None:
    allocations = settle(experiment())
    assert members(allocations, 0) == ["vm-0", "vm-1", "vm-2", "vm-3"]
    assert members(without(allocations, "vm-0", "vm-1", "vm-2", "vm-3"), 0) == []


def test_a_member_whose_range_moved_holds_both_addresses_until_its_domain_has_the_new_one() -> None:
    before, after = (experiment(networks=[network(addresses=r)]) for r in ("10.136.16.0/28", "10.136.17.0/28"))
    allocations = settle(before)
    moving = make(after, allocations)
    assert held(moving) == {f"vm-{n}": [0x1001 + n, 0x1101 + n] for n in range(4)}
    assert held(make(after, book_of(moving))) == {f"vm-{n}": [0x1101 + n] for n in range(4)}


def test_an_address_that_an_update_under_way_may_have_given_out_lingers() -> None:
    before, after = (experiment(networks=[network(addresses=r)]) for r in ("10.136.16.0/28", "10.136.17.0/28"))
    allocations = settle(before)
    moving = make(after, allocations)
    half = Allocations(
        {**allocations.recorded, LEASE: moving[LEASE]}, intended={a: r for a, r in moving.items() if a.kind == "domain"}
    )
    assert held(make(before, half)) == {f"vm-{n}": [0x1001 + n, 0x1101 + n] for n in range(4)}


def test_a_member_that_holds_two_addresses_of_its_range_keeps_one() -> None:
    before, after = (experiment(networks=[network(addresses=r)]) for r in ("10.136.16.0/28", "10.136.17.0/28"))
    both = {**settle(before).recorded, LEASE: make(after, settle(before))[LEASE]}
    wide = experiment(networks=[network(addresses="10.136.16.0/23")])
    assert held(make(wide, Allocations(both))) == {f"vm-{n}": [0x1001 + n] for n in range(4)}


def test_a_node_is_given_back_after_everything_on_it() -> None:
    allocations = settle(experiment())
    shrunk = experiment(nodes=[group(count=1)], vms=[guests(count=1)])
    assert len(make(shrunk, allocations)[HOSTS].spec.nodes) == 2
    gone = without(allocations, "chinqchint-2.lille", kinds=("deployment", "host"))
    assert len(make(shrunk, gone)[HOSTS].spec.nodes) == 2, "a VM is still recorded there"
    gone = without(gone, "vm-1", "vm-3")
    gone = without(gone, "chinqchint-2.lille/lan", kinds=("bridge",))
    assert len(make(shrunk, gone)[HOSTS].spec.nodes) == 2, "its port is still ours"
    gone = without(gone, "sw-1.lille", kinds=("switch",))
    assert make(shrunk, gone)[HOSTS].spec.nodes == ("chinqchint-1.lille",)


def test_nothing_lingers_in_a_settled_experiment() -> None:
    wanted = experiment()
    allocations = settle(wanted)
    assert make(wanted, allocations) == allocations.recorded
    assert of_kind(allocations.recorded, "lease")["lan"].spec.runs == (
        AddressRange("vm", 0, (10 << 24) + (136 << 16) + 1, 4),
    )


def test_a_vlan_id_lingers_while_a_port_or_a_bridge_may_still_carry_it() -> None:
    before, after = experiment(), experiment(networks=[network(kind="routed")])
    vlan = Address("vlan", NAME, "lan")
    allocations = settle(before)
    old = make(before, allocations)[vlan].spec.ids
    moving = make(after, allocations)
    new = tuple(item for item in moving[vlan].spec.ids if item not in old)
    assert set(moving[vlan].spec.ids) == {*old, *new} and len(new) == len(old)
    half = book_of(moving)
    assert make(after, half)[vlan].spec.ids == new
    left = {a: r for a, r in allocations.recorded.items() if a.kind == "switch"}
    assert set(make(after, replace(half, recorded={**half.recorded, **left}))[vlan].spec.ids) == {*old, *new}


def test_a_node_is_not_given_back_while_its_port_is_still_ours() -> None:
    allocations = settle(experiment(vms=[guests(placement="perHost", perHost=1)]))
    smaller = experiment(nodes=[group(count=1)], vms=[guests(placement="perHost", perHost=1)])
    gone = {"deployment", "host", "bridge", "domain"}
    kept = make(smaller, allocations)[HOSTS].spec.nodes
    assert len(kept) == 2
    ports = replace(allocations, recorded={a: r for a, r in allocations.recorded.items() if a.kind not in gone})
    assert make(smaller, ports)[HOSTS].spec.nodes == kept
    bare = replace(ports, recorded={a: r for a, r in ports.recorded.items() if a.kind != "switch"})
    assert len(make(smaller, bare)[HOSTS].spec.nodes) == 1


def test_what_the_books_have_given_to_another_does_not_linger() -> None:
    before, after = (experiment(networks=[network(addresses=r)]) for r in ("10.136.16.0/28", "10.136.17.0/28"))
    allocations = settle(before)
    lost = {number for run in allocations.recorded[LEASE].spec.runs for _, number in run.pairs()}
    taken = replace(allocations, taken_addresses=dict.fromkeys(lost, "(foreign)"))
    assert held(make(after, taken)) == {f"vm-{n}": [0x1101 + n] for n in range(4)}
