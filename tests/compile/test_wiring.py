"""Which port carries which VLAN."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.compile.wiring import Attachment, Wiring, owner_tag, wire
from reconciler.model.errors import SpecError
from reconciler.resources.switch import Carried, EdgePort, SwitchSlice, Tunnel
from tests.spec.experiments import catalogue, choose, experiment, group, guests, network, with_site

N1, N4 = "chinqchint-1.lille", "chinqchint-4.lille"


def wired(sites: Any = None, **parts: Any) -> Wiring:
    wanted = experiment(**parts)
    return wire(wanted, sites or catalogue(), choose(wanted, sites=sites))


def edges(slice_: SwitchSlice) -> dict[str, tuple[int | None, tuple[int, ...]]]:
    return {port.port: (port.access, port.trunk) for port in slice_.ports}


def test_vms_of_plain_hosts_reach_their_network_tagged_over_a_bridge_of_its_own() -> None:
    found = wired()
    assert found.attachments[N1, "lan"] == Attachment("xbr700", "eth1", 700, "sw-1.lille")
    assert edges(found.slices["sw-1.lille"].spec) == {"Ethernet11": (None, (700,)), "Ethernet12": (None, (700,))}


def test_two_networks_share_one_trunk() -> None:
    networks = [network(), network(name="wan")]
    found = wired(networks=networks, vms=[guests(networks=["lan", "wan"])])
    assert edges(found.slices["sw-1.lille"].spec)["Ethernet11"] == (None, (700, 701))
    assert found.attachments[N1, "wan"].bridge == "xbr701"


def test_nodes_that_join_a_network_have_its_vlan_untagged_and_their_vms_use_its_bridge() -> None:
    found = wired(nodes=[group(networks=["lan"])])
    assert edges(found.slices["sw-1.lille"].spec) == {"Ethernet11": (700, ()), "Ethernet12": (700, ())}
    assert found.attachments[N1, "lan"] == Attachment("xenbr0", switch="sw-1.lille")


def test_a_host_gets_only_the_networks_of_its_own_vms() -> None:
    networks = [network(), network(name="wan")]
    vms = [guests(count=1), guests(name="db", count=1, networks=["wan"])]
    slice_ = wired(networks=networks, vms=vms).slices["sw-1.lille"].spec
    assert edges(slice_) == {"Ethernet11": (None, (700,)), "Ethernet12": (None, (701,))}


def test_a_shared_network_touches_no_port() -> None:
    found = wired(networks=[network(kind="shared")])
    assert found.slices == {}
    assert found.attachments[N1, "lan"] == Attachment("xenbr0")


def test_vms_on_a_shared_and_on_an_isolated_network_need_an_interface_for_each() -> None:
    parts = {"networks": [network(), network(name="up", kind="shared")], "vms": [guests(networks=["lan", "up"])]}
    second = {"name": "eth2", "switch": "sw-1", "port": "Ethernet21"}
    first = {"name": "eth1", "bridge": "xenbr0", "switch": "sw-1", "port": "Ethernet11"}
    node = {"name": "chinqchint-1", "cluster": "chinqchint", "memory": "8GiB", "interfaces": [first, second]}
    one = group(nodes=["chinqchint-1"])
    found = wired(with_site("lille", nodes=[node]), nodes=[one], **parts)
    assert found.attachments[N1, "up"] == Attachment("xenbr0")
    assert found.attachments[N1, "lan"].uplink == "eth2"
    assert edges(found.slices["sw-1.lille"].spec) == {"Ethernet21": (None, (700,))}


def test_a_network_over_two_switches_is_carried_between_them() -> None:
    found = wired(nodes=[group(nodes=["chinqchint-1", "chinqchint-4"])])
    assert found.slices["sw-1.lille"].spec.carried == (Carried("Ethernet48", (700,)),)
    assert found.slices["sw-2.lille"].spec.carried == (Carried("Ethernet48", (700,)),)


def test_a_routed_network_is_carried_to_the_router() -> None:
    assert wired(networks=[network(kind="routed")]).slices["sw-1.lille"].spec.carried == (
        Carried("Ethernet44", (710,)),
    )


def test_a_network_over_two_sites_goes_into_a_tunnel_at_each() -> None:
    nodes = [group(count=1), group(name="east", site="nancy", count=1)]
    vms = [guests(), guests(name="w", on="east")]
    found = wired(nodes=nodes, networks=[network(kind="global", sites=["lille", "nancy"])], vms=vms)
    for site in ("lille", "nancy"):
        slice_ = found.slices[f"sw-1.{site}"].spec
        assert slice_.tunnels == (Tunnel("Ethernet46", 1000, (720,)),)
        assert slice_.carried == (Carried("Ethernet45", (720,)), Carried("Ethernet47", (1000,)))


def test_a_site_of_a_network_where_it_has_no_member_is_not_touched() -> None:
    found = wired(networks=[network(kind="global", sites=["lille", "nancy"])])
    assert set(found.slices) == {"sw-1.lille"}


def test_edge_switches_wait_for_the_core_of_their_site() -> None:
    nodes = [group(nodes=["chinqchint-4"])]
    found = wired(nodes=nodes, networks=[network(kind="routed")], vms=[guests()])
    assert found.slices["sw-2.lille"].after == {"sw-1.lille"}
    assert found.slices["sw-1.lille"].after == frozenset()


def test_a_slice_knows_whose_images_it_waits_for() -> None:
    found = wired()
    assert found.imaged == found.slices["sw-1.lille"].imaged_nodes == {N1, "chinqchint-2.lille"}
    bare = wired(nodes=[group(image=None)])
    assert bare.imaged == bare.slices["sw-1.lille"].imaged_nodes == frozenset()


def test_a_released_port_goes_back_to_the_sites_production_vlan() -> None:
    assert wired().slices["sw-1.lille"].spec.parked == 100
    assert wired(sites=with_site("lille", vlans={"local": "700-709"})).slices["sw-1.lille"].spec.parked is None


def test_the_mark_of_a_port_names_site_and_experiment_and_no_epoch() -> None:
    port = wired().slices["sw-1.lille"].spec.ports[0]
    assert port == EdgePort("Ethernet11", owner_tag("lille", "exp", "sw-1.lille", "Ethernet11"), trunk=(700,))
    assert port.tag.startswith("xr:v1:lille:exp:") and port.tag.count(":") == 4
    marks = {
        owner_tag("lille", *words) for words in (("a", "s", "p"), ("b", "s", "p"), ("a", "t", "p"), ("a", "s", "q"))
    }
    assert len(marks) == 4


def test_never_vlan_1_never_an_empty_trunk_and_access_or_trunk() -> None:
    both = wired(nodes=[group(networks=["lan"])], networks=[network(), network(name="wan")], vms=[guests()])
    for found in (wired(), both):
        for slice_ in found.slices.values():
            for port in slice_.spec.ports:
                assert (port.access is None) != (port.trunk == ())
                assert 1 not in (port.access, *port.trunk)


def test_switches_that_no_cable_joins_are_named() -> None:
    sites = with_site("lille", links=[])
    with pytest.raises(SpecError, match="no cables join the switches sw-1, sw-2 of site lille"):
        wired(sites=sites, nodes=[group(nodes=["chinqchint-1", "chinqchint-4"])])


def test_a_site_without_a_cabled_wan_cannot_have_a_global_network() -> None:
    links = [{"between": [{"switch": "sw-1", "port": "Ethernet48"}, {"switch": "sw-2", "port": "Ethernet48"}]}]
    with pytest.raises(SpecError, match="site lille has no cabled wan port for the global network lan"):
        wired(sites=with_site("lille", links=links), networks=[network(kind="global", sites=["lille", "nancy"])])


def test_wiring_does_not_depend_on_the_order_of_groups() -> None:
    nodes = [group(count=1), group(name="more", count=1, nodes=None)]
    vms = [guests(), guests(name="w", on="more")]
    assert wired(nodes=nodes, vms=vms).slices == wired(nodes=nodes, vms=vms[::-1]).slices
