"""What waits for a pending part, and what does not."""

from __future__ import annotations

from typing import Any

from reconciler.allocation.allocate import OWN, allocate
from reconciler.allocation.allocator import Allocators
from reconciler.allocation.granted import granted_addresses, granted_ids, granted_nodes
from reconciler.compile.experiment import compile_experiment
from reconciler.model.address import Address
from reconciler.model.desired import Desired, Pending
from reconciler.resources.allocations import Allocations, Grant
from tests.spec.experiments import NAME, catalogue, experiment, group, guests, make, network

HOSTS, LEASE, VLAN = Address("reservation", NAME, "hosts"), Address("lease", NAME, "lan"), Address("vlan", NAME, "lan")
SOON = Pending("chosen by the scheduler", "job 1 starts")
NODES = [f"chinqchint-{n}.lille" for n in range(1, 6)]


def compiled(wanted: Any, recorded: Any, grants: dict[Address, Grant | Pending]) -> Desired:
    kinds = {part.kind for part in grants}
    allocators = Allocators(
        granted_nodes if "reservation" in kinds else OWN.nodes,
        granted_addresses if "lease" in kinds else OWN.addresses,
        granted_ids if "vlan" in kinds else OWN.ids,
    )
    allocations = Allocations(recorded, grants=grants)
    return compile_experiment(wanted, catalogue(), allocate(wanted, catalogue(), allocations, allocators), allocations)


def kinds(addresses: Any) -> set[str]:
    return {address.kind for address in addresses}


def test_without_nodes_only_what_needs_none_is_wanted() -> None:
    found = compiled(experiment(), {}, {HOSTS: SOON})
    assert kinds(found.resources) == {"lease", "vlan"}
    assert found.pending == {HOSTS: SOON}
    assert found.waiting == {Address("domain", NAME, f"vm-{n}"): HOSTS for n in range(4)}


def test_what_is_recorded_on_nodes_that_are_pending_again_is_neither_wanted_nor_unwanted() -> None:
    recorded = make(experiment())
    found = compiled(experiment(), recorded, {HOSTS: SOON})
    assert recorded.keys() - found.resources.keys() - found.waiting.keys() == {HOSTS}
    assert set(found.waiting.values()) == {HOSTS}


def test_the_slice_of_a_switch_with_a_port_of_a_pending_node_is_left_as_it_is() -> None:
    recorded = make(experiment())
    found = compiled(experiment(), recorded, {HOSTS: Grant((NODES[0],), rest=SOON)})
    switches = {a for a in recorded if a.kind == "switch"}
    assert switches & found.waiting.keys()
    assert not found.waiting.keys() & found.resources.keys()
    assert Address("domain", NAME, "vm-0") in found.resources
    assert Address("host", NAME, NODES[1]) in found.waiting


def test_a_vm_that_the_document_no_longer_has_does_not_wait() -> None:
    recorded = make(experiment())
    fewer = experiment(vms=[guests(count=1)])
    found = compiled(fewer, recorded, {LEASE: SOON})
    assert {a.name for a in found.waiting} == {"vm-0"}


def test_another_network_is_made_while_one_waits_for_its_ids() -> None:
    networks = [network(), network(name="back")]
    vms = [guests(count=1), guests(name="db", count=1, networks=["back"])]
    wanted = experiment(nodes=[group(count=1)], networks=networks, vms=vms)
    found = compiled(wanted, {}, {VLAN: SOON, Address("vlan", NAME, "back"): Grant(ids=(("vlan:lille", 705),))})
    assert {a.name for a in found.resources if a.kind == "domain"} == {"db-0"}
    assert {a.name for a in found.resources if a.kind == "bridge"} == {f"{NODES[0]}/back"}
    (edge,) = [port for a, r in found.resources.items() if a.kind == "switch" for port in r.spec.ports]
    assert edge.trunk == (705,)


def test_the_interface_of_a_network_that_nodes_join_is_kept_until_its_id_is_known() -> None:
    wanted = experiment(nodes=[group(count=1, networks=["lan"])], vms=[])
    before = compiled(wanted, {}, {VLAN: SOON})
    assert not kinds(before.resources) & {"switch"}
    assert before.waiting == {}


def test_bridges_and_slices_of_a_network_whose_ids_are_pending_again_stay() -> None:
    recorded = make(experiment())
    found = compiled(experiment(), recorded, {VLAN: SOON})
    assert {a for a in recorded if a.kind in ("bridge", "switch", "domain")} <= found.waiting.keys()


def test_switches_on_the_way_to_vms_that_are_left_as_they_are_carry_their_network_on() -> None:
    """Else VMs of another group would no longer hear them."""
    nodes = [group(count=None, nodes=["chinqchint-1"]), group(name="more", nodes=["chinqchint-5"])]
    vms = [guests(count=1), guests(name="db", count=1, on="more")]
    wanted = experiment(nodes=[{k: v for k, v in each.items() if v is not None} for each in nodes], vms=vms)
    recorded = make(wanted)
    more = Address("reservation", NAME, "more")
    found = compiled(wanted, recorded, {HOSTS: Grant((NODES[0],)), more: SOON})
    assert len([a for a in recorded if a.kind == "switch"]) > 1
    assert {a for a in recorded if a.kind == "switch"} <= found.waiting.keys()
    assert Address("domain", NAME, "vm-0") in found.resources


def test_a_switch_that_only_carries_a_network_on_is_left_while_nobody_knows_who_is_in_it() -> None:
    recorded = make(experiment(nodes=[group(nodes=["chinqchint-1", "chinqchint-5"])]))
    cores = {a: r for a, r in recorded.items() if a.kind == "switch"}
    found = compiled(experiment(), cores, {HOSTS: SOON})
    assert cores.keys() <= found.waiting.keys()
