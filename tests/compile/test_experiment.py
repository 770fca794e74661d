"""Documents and choices become resources with exact values."""

from __future__ import annotations

import uuid
from graphlib import TopologicalSorter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.compile.guests import derive_uuid
from reconciler.model.address import Address, Endpoint
from reconciler.model.fence import Fence
from reconciler.resources.allocations import Allocations
from reconciler.resources.bridge import Bridge
from reconciler.resources.deployment import Deployment
from reconciler.resources.domain import Nic
from reconciler.resources.host import Host
from reconciler.resources.lease import derive_mac, render_ipv4
from tests.spec.experiments import NAME, experiment, group, guests, make, network, of_kind, settle

N1 = "chinqchint-1.lille"


def at(kind: str, name: str) -> Address:
    return Address(kind, NAME, name)


def test_four_vms_on_two_nodes_are_these_resources() -> None:
    kinds = sorted(str(address).replace("/exp/", " ") for address in make(experiment()))
    nodes = ("chinqchint-1.lille", "chinqchint-2.lille")
    assert kinds == sorted(
        ["reservation hosts", "vlan lan", "lease lan", "switch sw-1.lille"]
        + [f"{kind} {node}" for kind in ("deployment", "host") for node in nodes]
        + [f"bridge {node}/lan" for node in nodes]
        + [f"domain vm-{index}" for index in range(4)]
    )


def test_a_domain_has_exact_values() -> None:
    found = make(experiment())[at("domain", "vm-1")]
    assert found.endpoint == Endpoint("xen", "chinqchint-2.lille")
    assert found.spec.name == "exp-vm-1"
    assert found.spec.nics == (Nic("00:16:3e:88:00:02", "xbr700"),)
    assert (found.spec.memory_mib, found.spec.vcpu_count, found.spec.state) == (256, 1, "running")
    assert found.spec.arguments == "console=hvc0 tip=10.136.0.2/14"


def test_a_domain_needs_its_host_its_address_its_bridge_and_its_switch() -> None:
    found = make(experiment())[at("domain", "vm-0")]
    needs = {at("host", N1), at("lease", "lan"), at("bridge", f"{N1}/lan"), at("switch", "sw-1.lille")}
    assert found.needs == {*needs, at("reservation", "hosts")}
    assert found.carrier == at("deployment", N1)


def test_on_a_node_taken_as_it_is_nothing_is_carried_by_an_image() -> None:
    found = make(experiment(nodes=[group(image=None)]))
    assert of_kind(found, "deployment") == {}
    assert found[at("domain", "vm-0")].carrier is None
    assert found[at("host", N1)].spec == Host("", "")


def test_a_node_without_image_and_without_vms_is_only_held() -> None:
    found = make(experiment(nodes=[group(image=None)], networks=[], vms=[]))
    assert [address.kind for address in found] == ["reservation"]


def test_an_imaged_node_is_verified_after_it_was_imaged() -> None:
    found = make(experiment())
    assert found[at("deployment", N1)].spec == Deployment("chinqchint-1.lille.lab.test", "debian-xen", 1, "root")
    assert found[at("host", N1)].spec == Host("/etc/grid5000/release", "debian-xen-1")
    assert found[at("host", N1)].needs == {at("reservation", "hosts"), at("deployment", N1)}


def test_a_spare_is_imaged_and_carries_nothing() -> None:
    found = make(experiment(nodes=[group(spares=1)]))
    assert "chinqchint-3.lille" in of_kind(found, "deployment")
    assert not [r for r in found.values() if r.endpoint.host == "chinqchint-3.lille" and r.address.kind != "host"]


def test_a_switch_waits_for_ids_nodes_and_their_images() -> None:
    needs = make(experiment())[at("switch", "sw-1.lille")].needs
    images = {at("deployment", f"chinqchint-{n}.lille") for n in (1, 2)}
    assert needs == {at("vlan", "lan"), at("reservation", "hosts"), *images}


def test_a_bridge_joins_its_vlan_to_the_trunk_port() -> None:
    found = make(experiment())[at("bridge", f"{N1}/lan")]
    assert found.spec == Bridge("xbr700", "eth1", 700)
    assert found.needs == {at("host", N1), at("vlan", "lan"), at("reservation", "hosts")}


def test_a_vm_on_two_networks_has_two_interfaces_in_the_order_asked_for() -> None:
    networks = [network(), network(name="wan", addresses="10.136.16.0/24")]
    spec = make(experiment(networks=networks, vms=[guests(networks=["wan", "lan"])]))[at("domain", "vm-0")].spec
    assert spec.nics == (Nic("00:16:3e:88:10:01", "xbr701"), Nic("00:16:3e:88:00:01", "xbr700"))
    assert "tip=10.136.16.1/24" in spec.arguments


@pytest.mark.parametrize(
    ("fields", "ending"),
    [
        ({"kind": "local"}, "tip=10.136.0.1/14"),
        ({"kind": "local", "addresses": "10.136.16.0/24"}, "tip=10.136.16.1/24"),
        ({"kind": "routed"}, "tip=10.136.0.1/14 tgw=10.139.255.254"),
        ({"kind": "routed", "gateway": False}, "tip=10.136.0.1/14"),
        ({"kind": "routed", "addresses": "10.136.16.0/24"}, "tip=10.136.16.1/14 tgw=10.139.255.254"),
        ({"kind": "shared"}, "tip=10.136.0.1/14 tgw=10.139.255.254"),
    ],
)
def test_guests_are_told_address_prefix_and_gateway_of_their_network(fields: dict[str, object], ending: str) -> None:
    spec = make(experiment(networks=[network(**fields)]))[at("domain", "vm-0")].spec
    assert spec.arguments == f"console=hvc0 {ending}"


def test_the_mac_does_not_depend_on_the_host() -> None:
    here = make(experiment())[at("domain", "vm-0")]
    there = make(experiment(nodes=[group(nodes=["chinqchint-4", "chinqchint-5"])]))[at("domain", "vm-0")]
    assert here.endpoint != there.endpoint
    assert here.spec.nics[0].mac == there.spec.nics[0].mac


def test_ids_are_version_5_and_derived() -> None:
    found = uuid.UUID(derive_uuid("lille/exp/domain/vm-0"))
    assert (found.version, found.variant) == (5, uuid.RFC_4122)
    assert make(experiment())[at("domain", "vm-0")].spec.uuid == str(found)


@settings(max_examples=60, deadline=None)
@given(name=st.text(max_size=40))
def test_a_derived_uuid_is_what_everybody_derives(name: str) -> None:
    assert derive_uuid(name) == str(uuid.uuid5(uuid.UUID("5f0c1d0e-7c2b-5a6e-9f1a-3c8de0b47a11"), name))


@given(st.integers(0, 2**32 - 1))
def test_a_mac_is_xens_prefix_and_the_last_three_octets(address: int) -> None:
    octets = [int(part) for part in render_ipv4(address).split(".")]
    assert derive_mac(address) == "00:16:3e:" + ":".join(f"{octet:02x}" for octet in octets[1:])


def test_all_names_and_ids_differ() -> None:
    found = make(experiment(vms=[guests(count=20), guests(name="db", count=20)]))
    domains = [resource.spec for resource in of_kind(found, "domain").values()]
    assert (
        len({d.uuid for d in domains}) == len({d.name for d in domains}) == len({d.nics[0].mac for d in domains}) == 40
    )


def test_needs_name_only_resources_that_are_there_and_form_no_circle() -> None:
    nodes = [group(networks=["wire"], spares=1), group(name="east", site="nancy")]
    networks = [
        network(name="wire"),
        network(name="lan", kind="global", sites=["lille", "nancy"]),
        network(name="up", kind="shared", sites=["nancy"]),
    ]
    nodes.append(group(name="plain", site="nancy", count=1))
    vms = [
        guests(networks=["wire"]),
        guests(name="w", on="east", networks=["lan"]),
        guests(name="p", on="plain", networks=["up"]),
    ]
    found = make(experiment(nodes=nodes, networks=networks, vms=vms))
    for resource in found.values():
        assert resource.needs <= found.keys()
        assert resource.carrier is None or resource.carrier in found
    TopologicalSorter({address: resource.needs for address, resource in found.items()}).prepare()


def test_compiling_from_the_books_changes_nothing() -> None:
    wanted = experiment(nodes=[group(spares=1)], vms=[guests(count=7)])
    allocations = settle(wanted)
    assert make(wanted, allocations) == allocations.recorded


def test_another_acquisition_of_the_experiment_wants_the_same() -> None:
    assert make(experiment()) == make(experiment(), Allocations(fence=Fence(2)))


def test_a_group_without_nodes_holds_nothing() -> None:
    """An empty reservation would be made again and again: the state database cannot have one."""
    empty = make(experiment(nodes=[group(), group(name="idle", count=0)]))
    assert of_kind(empty, "reservation").keys() == {"hosts"}


def test_growing_touches_no_vm_that_is_there() -> None:
    allocations = settle(experiment())
    grown = make(experiment(vms=[guests(count=6)]), allocations)
    assert of_kind(allocations.recorded, "domain").items() <= of_kind(grown, "domain").items()


def test_what_is_recorded_as_it_is_wanted_is_kept_once() -> None:
    first = make(experiment())
    again = make(experiment(vms=[guests(memory="512MiB")]), Allocations(recorded=first))
    edited = {address for address, resource in again.items() if resource is not first[address]}
    assert edited == {at("domain", name) for name in of_kind(again, "domain")}
    assert {again[address].spec.memory_mib for address in edited} == {512}
