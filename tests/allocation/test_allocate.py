"""Which nodes an experiment gets, and which of them are in use."""

from __future__ import annotations

import pytest

from reconciler.model.address import Address, Endpoint
from reconciler.model.errors import Exhausted
from reconciler.model.resource import Resource
from reconciler.resources.allocations import Allocations
from reconciler.resources.deployment import Deployment
from reconciler.resources.domain import Domain
from reconciler.resources.reservation import Reservation
from reconciler.spec.counts import dom0_memory_mib, natural
from tests.spec.experiments import NAME, catalogue, choose, experiment, group, guests, settle, with_site


def nodes(*numbers: int) -> tuple[str, ...]:
    return tuple(f"chinqchint-{number}.lille" for number in numbers)


def holding(*numbers: int, homes: dict[str, int] | None = None) -> dict[Address, Resource]:
    """The books of an experiment that holds these nodes and has VMs on some of them."""
    held = Address("reservation", NAME, "hosts")
    found = {held: Resource(held, Endpoint("allocations", "database"), Reservation(nodes(*numbers)))}
    for vm, number in (homes or {}).items():
        address, spec = Address("domain", NAME, vm), Domain(f"exp-{vm}", "u", "/k", "", "", 256, 1, ())
        found[address] = Resource(address, Endpoint("xen", *nodes(number)), spec)
    return found


def test_names_sort_as_people_count() -> None:
    assert sorted(["n-10", "n-9", "n-1", "m-2", "n-9b"], key=natural) == ["m-2", "n-1", "n-9", "n-9b", "n-10"]


def test_the_lowest_free_nodes_are_taken() -> None:
    assert choose(experiment()).nodes["hosts"] == nodes(1, 2)
    assert choose(experiment(), Allocations(taken_nodes={nodes(1)[0]: "other"})).nodes["hosts"] == nodes(2, 3)


def test_nodes_that_are_held_are_kept_though_lower_ones_are_free() -> None:
    assert choose(experiment(), Allocations(recorded=holding(4, 5))).nodes["hosts"] == nodes(4, 5)


def test_named_nodes_are_those_and_no_others() -> None:
    wanted = experiment(nodes=[group(nodes=["chinqchint-5", "chinqchint-3"])])
    assert choose(wanted).nodes["hosts"] == nodes(3, 5)


def test_two_groups_share_no_node() -> None:
    wanted = experiment(nodes=[group(), group(name="more", count=3)])
    found = choose(wanted, Allocations(recorded=holding(1, 2))).nodes
    assert found == {"hosts": nodes(1, 2), "more": nodes(3, 4, 5)}


def test_a_renamed_group_keeps_its_nodes() -> None:
    """It could otherwise never come true where all nodes are named, or in use."""
    allocations = Allocations(recorded=holding(4, 5))
    assert choose(experiment(nodes=[group(name="machines")], vms=[guests(on="machines")]), allocations).nodes == {
        "machines": nodes(4, 5)
    }
    named = experiment(nodes=[group(name="machines", nodes=["chinqchint-5"])], vms=[guests(on="machines")])
    assert choose(named, allocations).nodes == {"machines": nodes(5)}


def test_two_groups_that_are_both_new_share_no_node() -> None:
    found = choose(experiment(nodes=[group(), group(name="more", count=3)])).nodes
    assert not set(found["hosts"]) & set(found["more"])


def test_spares_are_held_and_not_in_use() -> None:
    found = choose(experiment(nodes=[group(spares=2)]))
    assert (found.nodes["hosts"], found.hosts["hosts"]) == (nodes(1, 2, 3, 4), nodes(1, 2))


def test_a_spare_takes_the_place_of_a_bad_node() -> None:
    wanted = experiment(nodes=[group(spares=1)])
    allocations = Allocations(recorded=holding(1, 2, 3), bad_nodes=frozenset(nodes(1)))
    assert choose(wanted, allocations).hosts["hosts"] == nodes(2, 3)


def test_bad_nodes_are_held_only_when_there_are_no_others() -> None:
    allocations = Allocations(bad_nodes=frozenset(nodes(1, 2, 3, 4)))
    found = choose(experiment(), allocations)
    assert (found.nodes["hosts"], found.hosts["hosts"]) == (nodes(1, 5), nodes(5))


def test_a_bad_node_is_given_up_when_as_many_good_ones_are_held_as_are_wanted() -> None:
    wanted = experiment(nodes=[group(spares=3)])
    found = choose(wanted, Allocations(bad_nodes=frozenset(nodes(2, 4, 5))))
    assert (found.nodes["hosts"], found.hosts["hosts"]) == (nodes(1, 3), nodes(1, 3))


def test_with_enough_good_nodes_the_experiment_goes_on_without_the_bad_ones() -> None:
    wanted = experiment(nodes=[group(count=5, minReady=3)])
    some = choose(wanted, Allocations(bad_nodes=frozenset(nodes(2, 4))))
    assert some.nodes["hosts"] == some.hosts["hosts"] == nodes(1, 3, 5)
    assert set(some.homes.values()) == set(nodes(1, 3, 5))
    too_few = choose(wanted, Allocations(bad_nodes=frozenset(nodes(1, 2, 4))))
    assert too_few.nodes["hosts"] == nodes(1, 2, 3, 4, 5)


def test_a_node_that_hosts_vms_stays_in_use_when_a_lower_one_joins_as_a_spare() -> None:
    wanted = experiment(nodes=[group(spares=1)])
    recorded = holding(2, 4, 5, homes={"vm-0": 2, "vm-1": 4})
    found = choose(wanted, Allocations(recorded=recorded, bad_nodes=frozenset(nodes(5))))
    assert found.nodes["hosts"] == nodes(1, 2, 4)
    assert found.hosts["hosts"] == nodes(2, 4)
    assert found.homes["vm-1"] == nodes(4)[0]


def test_an_imaged_spare_is_used_before_a_fresh_node() -> None:
    wanted = experiment(nodes=[group(spares=1)])
    found = choose(wanted, Allocations(recorded=holding(2, 3, 4), bad_nodes=frozenset(nodes(2))))
    assert (found.nodes["hosts"], found.hosts["hosts"]) == (nodes(1, 3, 4), nodes(3, 4))


def test_too_few_nodes_says_how_many_there_are_and_who_holds_them() -> None:
    taken = dict.fromkeys(nodes(1, 2, 3), "other") | dict.fromkeys(nodes(4), "third")
    with pytest.raises(Exhausted) as error:
        choose(experiment(), Allocations(taken_nodes=taken))
    said = str(error.value)
    assert "node group hosts: 2 nodes wanted of lille, which has 5 fit for it" in said
    assert "other holds 3, third holds 1" in said


def test_vms_on_a_group_without_a_good_node_are_refused() -> None:
    with pytest.raises(Exhausted, match="VM group vm: no node of group hosts is fit"):
        choose(experiment(), Allocations(bad_nodes=frozenset(nodes(1, 2, 3, 4, 5))))


def test_per_host_counts_its_vms_from_the_hosts() -> None:
    wanted = experiment(nodes=[group(count=3)], vms=[guests(placement="perHost", perHost=2)])
    assert list(choose(wanted).homes.values()) == [node for node in nodes(1, 2, 3) for _ in range(2)]


def test_dom0_keeps_its_memory() -> None:
    sites = with_site(
        "lille",
        nodes=[
            {
                "name": "n",
                "cluster": "c",
                "memory": "1536MiB",
                "interfaces": [{"name": "eth1", "switch": "sw-1", "port": "Ethernet11", "bridge": "xenbr0"}],
            }
        ],
    )
    one = experiment(nodes=[group(count=1)], vms=[guests(count=4)])
    assert len(choose(one, sites=sites).homes) == 4
    with pytest.raises(Exhausted, match="256 MiB"):
        choose(experiment(nodes=[group(count=1)], vms=[guests(count=5)]), sites=sites)


@pytest.mark.parametrize(
    ("parameters", "mib"),
    [
        ("dom0_mem=512M", 512),
        ("loglvl=all dom0_mem=1G", 1024),
        ("dom0_mem=1048576", 1024),
        ("dom0_mem=1025k", 2),
        ("", 512),
    ],
)
def test_dom0_memory_is_read_as_xen_reads_it(parameters: str, mib: int) -> None:
    environment = catalogue().environments["debian-xen"]
    boot = environment.spec.boot.model_copy(update={"hypervisor_params": parameters})
    spec = environment.spec.model_copy(update={"boot": boot})
    assert dom0_memory_mib(environment.model_copy(update={"spec": spec})) == mib


def test_choosing_again_from_the_books_chooses_the_same() -> None:
    wanted = experiment(nodes=[group(spares=1)], vms=[guests(count=9)])
    allocations = settle(wanted)
    assert choose(wanted, allocations) == choose(wanted)


def test_deployments_alone_are_no_reservation() -> None:
    address = Address("deployment", NAME, nodes(5)[0])
    recorded = {address: Resource(address, Endpoint("kadeploy", "lille"), Deployment("n", "e", 1, "root"))}
    assert choose(experiment(), Allocations(recorded=recorded)).nodes["hosts"] == nodes(1, 2)


def test_giving_up_a_spare_gives_up_an_empty_node() -> None:
    recorded = holding(1, 2, 4, homes={"vm-0": 2, "vm-1": 4})
    assert choose(experiment(), Allocations(recorded=recorded)).nodes["hosts"] == nodes(2, 4)
