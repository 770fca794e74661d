"""How a site is cabled."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.spec.topology import Hop, Topology
from tests.spec.experiments import catalogue, with_site


def topology(*cables: tuple[str, str]) -> Topology:
    """Switches joined by cables; a switch's port is named after the other end."""
    names = sorted({name for cable in cables for name in cable})
    links = [{"between": [{"switch": a, "port": f"to-{b}"}, {"switch": b, "port": f"to-{a}"}]} for a, b in cables]
    switches = [{"name": name} for name in names]
    sites = with_site("lille", nodes=[], switches=switches, links=links, wan=None, router=None)
    return Topology(sites.sites["lille"])


def ports(*hops: tuple[str, str]) -> set[Hop]:
    return {Hop(near, f"to-{far}") for near, far in hops}


def test_one_switch_needs_no_cable() -> None:
    assert topology(("a", "b")).paths(["a"]) == set()


def test_two_neighbours_are_joined_by_both_ends_of_their_cable() -> None:
    assert topology(("a", "b"), ("b", "c")).paths(["a", "b"]) == ports(("a", "b"), ("b", "a"))


def test_a_vlan_passes_through_switches_that_are_no_members() -> None:
    found = topology(("a", "b"), ("b", "c")).paths(["a", "c"])
    assert found == ports(("a", "b"), ("b", "a"), ("b", "c"), ("c", "b"))


def test_of_two_ways_the_shorter_is_taken() -> None:
    ring = topology(("a", "b"), ("b", "c"), ("c", "d"), ("d", "a"))
    assert ring.paths(["a", "d"]) == ports(("a", "d"), ("d", "a"))


def test_switches_that_no_cable_joins_have_no_path() -> None:
    assert topology(("a", "b"), ("c", "d")).paths(["a", "c"]) is None


def test_the_customer_port_of_the_wan_is_no_way_through() -> None:
    lille = Topology(catalogue().sites["lille"])
    used = lille.paths(["sw-1", "sw-2"])
    assert used == {Hop("sw-1", "Ethernet48"), Hop("sw-2", "Ethernet48")}


def test_the_site_side_of_the_wan_is_the_port_cabled_to_its_customer_port() -> None:
    assert Topology(catalogue().sites["lille"]).wan_side == Hop("sw-1", "Ethernet45")
    assert Topology(with_site("lille", links=[]).sites["lille"]).wan_side is None
    assert Topology(with_site("lille", wan=None).sites["lille"]).wan_side is None


@pytest.mark.parametrize("lost", [{"management": True}, {"port": None}, {"switch": None}])
def test_an_interface_that_is_ours_to_reach_the_node_or_has_no_port_is_not_lent(lost: dict[str, object]) -> None:
    wire = {"name": "eth1", "switch": "sw-1", "port": "Ethernet11"}
    node = {"name": "n", "cluster": "c", "interfaces": [wire, {**wire, "name": "eth2", "port": "Ethernet12", **lost}]}
    site = Topology(with_site("lille", nodes=[node]).sites["lille"])
    assert [i.name for i in site.experiment_interfaces(site.nodes["n"])] == ["eth1"]


@given(
    cables=st.sets(
        st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef")).filter(lambda c: c[0] < c[1]), min_size=1
    ),
    members=st.sets(st.sampled_from("abcdef"), min_size=1),
)
def test_a_path_joins_all_members_in_one_tree_or_there_is_none(cables: set[tuple[str, str]], members: set[str]) -> None:
    site = topology(*sorted(cables), *pairwise(["x", "y"]))
    hops = site.paths(members & {name for cable in cables for name in cable} or {"x"})
    members &= {name for cable in cables for name in cable}
    if hops is None:
        assert len(_reached(cables, min(members)) & members) < len(members)
        return
    edges = {tuple(sorted((hop.switch, hop.port.removeprefix("to-")))) for hop in hops}
    assert len(hops) == 2 * len(edges)
    if members:
        reached = _reached(edges, min(members))
        assert members <= reached
        assert len(edges) == len(reached) - 1


def _reached(edges: set[tuple[str, ...]], start: str) -> set[str]:
    found, todo = {start}, [start]
    while todo:
        here = todo.pop()
        near = {a if b == here else b for a, b in edges if here in (a, b)} - found
        found |= near
        todo += near
    return found
