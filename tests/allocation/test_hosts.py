"""Which host each VM gets; policies are tested in test_placement.py."""

from __future__ import annotations

from reconciler.allocation.hosts import choose_hosts, vm_names
from reconciler.resources.allocations import Allocations
from tests.spec.experiments import catalogue, experiment, guests, make

NODES = ("chinqchint-1.lille", "chinqchint-2.lille")


def test_vms_of_a_group_that_is_short_of_nodes_keep_their_host_and_others_get_none() -> None:
    recorded = Allocations(make(experiment(vms=[guests(count=2)])))
    found = choose_hosts(experiment(), catalogue(), {"hosts": NODES}, recorded, short={"hosts"})
    assert found == {"vm-0": NODES[0], "vm-1": NODES[1]}


def test_a_vm_whose_host_has_no_room_for_it_any_more_waits_too() -> None:
    recorded = Allocations(make(experiment()))
    larger = experiment(vms=[guests(memory="64GiB")])
    assert choose_hosts(larger, catalogue(), {"hosts": NODES}, recorded, short={"hosts"}) == {}


def test_a_group_per_host_has_as_many_vms_as_its_document_wants_nodes() -> None:
    wanted = experiment(vms=[guests(perHost=3, placement="perHost")]).spec
    assert len(vm_names(wanted.vms[0], wanted.nodes[0])) == 6
