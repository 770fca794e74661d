"""From the numbers users know (1 to 22) to the tags on the switches."""

from __future__ import annotations

from typing import Any

from reconciler.importers.g5k.vlan_space import render_ids
from reconciler.spec.scalars import parse_vlan_ids
from tests.importers.g5k.trees import SITE, TreeOnDisk, findings, node, only_site, switch


def vlan(number: int | None = None, address: str | None = None) -> dict[str, Any]:
    name = {"name": f"kavlan-{number}"} if number else {}
    return {**name, **({"addresses": [address]} if address else {})}


def test_tags_are_read_from_the_routers_own_table(tree: TreeOnDisk) -> None:
    table = {f"vlan{500 + number}": vlan(number) for number in (1, 2, 4, 16)}
    tree.add_nodes(node())
    tree.add_equipment(switch("gw", vlans={**table, "vlan100": vlan(address="172.16.111.254")}))
    vlans = only_site(tree.run()).spec.vlans
    assert (vlans.production, vlans.local, vlans.routed, vlans.global_) == (100, (501, 502), (504,), (516,))


def test_other_sites_global_vlans_are_known_from_the_nodes(tree: TreeOnDisk) -> None:
    tree.add_nodes(node(kavlan={"eth0": {"kavlan-4": "10.24.0.1", "kavlan-11": "10.7.0.1", "kavlan-22": "10.51.0.1"}}))
    tree.add_equipment(switch("gw", vlans={"vlan716": vlan(16)}))
    vlans = only_site(tree.run()).spec.vlans
    assert (vlans.local, vlans.routed, vlans.global_) == ((701,), (704,), (711, 716, 722))


def test_a_tree_without_tags_gets_the_testbeds_own_with_a_report(tree: TreeOnDisk) -> None:
    tree.add_site("rennes", {"uid": "rennes"})
    tree.add_nodes(node())
    imported = tree.run()
    vlans = only_site(imported).spec.vlans
    assert (vlans.production, vlans.local, vlans.routed) == (100, (701, 702, 703), (704, 705, 706, 707, 708, 709))
    assert vlans.global_ == tuple(range(710, 722))
    assert len(findings(imported, "I503")) == 2


def test_vlan_1_is_never_lent(tree: TreeOnDisk) -> None:
    tree.add_nodes(node())
    tree.add_equipment(switch("gw", vlans={"vlan1": vlan(1), "vlan702": vlan(2), "vlan9999": vlan(3)}))
    assert only_site(tree.run()).spec.vlans.local == (702,)


def test_a_production_network_that_no_vlan_serves_is_reported(tree: TreeOnDisk) -> None:
    tree.add_nodes(node())
    tree.add_equipment(switch("gw", vlans={"vlan120": vlan(address="172.16.47.254"), "vlan701": vlan(1)}))
    imported = tree.run()
    assert only_site(imported).spec.vlans.production == 100
    assert "172.16.96.0/20: none" in findings(imported, "I502")[0].summary


def test_a_tag_with_two_uses_is_lent_for_the_first_only(tree: TreeOnDisk) -> None:
    tree.add_site("rennes", {**SITE, "kavlans": {"default": {"network": "172.16.96.0/20"}}})
    tree.add_nodes(node())
    table = {"vlan701": vlan(1, "172.16.111.254"), "vlan704": vlan(4)}
    tree.add_equipment(switch("gw", vlans=table))
    imported = tree.run()
    vlans = only_site(imported).spec.vlans
    assert (vlans.production, vlans.local, vlans.routed) == (701, None, (704,))
    assert "VLAN 701 has two uses" in findings(imported, "I502")[0].summary


def test_ids_are_written_as_they_are_read() -> None:
    assert render_ids([701, 702, 703, 705, 710]) == "701-703,705,710"
    assert parse_vlan_ids(render_ids([2, 3, 5, 4094])) == (2, 3, 5, 4094)
