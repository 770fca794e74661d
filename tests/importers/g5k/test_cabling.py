"""Cables between switches: written when both ends tell the same story."""

from __future__ import annotations

from typing import Any

from reconciler.importers.g5k.cabling import Islands
from reconciler.importers.g5k.importing import Imported
from tests.importers.g5k.trees import TreeOnDisk, adapter, codes, findings, node, only_site, switch


def cables(imported: Imported) -> list[tuple[str, str]]:
    return [
        (f"{link.between[0].switch} {link.between[0].port}", f"{link.between[1].switch} {link.between[1].port}")
        for link in only_site(imported).spec.links
    ]


def to(name: str, **changes: Any) -> dict[str, Any]:
    return {"uid": name, **changes}


def test_a_trunk_told_by_both_ends_is_a_link(tree: TreeOnDisk) -> None:
    tree.add_nodes(node())
    tree.add_equipment(switch("gw", {3: to("sw-1")}, kind="router"), switch("sw-1", {48: to("gw")}))
    imported = tree.run()
    assert cables(imported) == [("gw 1/1/3", "sw-1 1/1/48")]
    assert [found.name for found in only_site(imported).spec.switches] == ["gw", "sw-1"]


def test_a_bundle_of_ports_is_one_cable_between_the_channels(tree: TreeOnDisk) -> None:
    tree.add_nodes(node())
    bundle = {"kind": "switch", "switchport_mode": "trunk"}
    gw = switch("gw", {n: to("lag7", kind="channel") for n in (1, 2)}, channels={"lag7": {**bundle, "uid": "sw-1"}})
    sw = switch(
        "sw-1",
        {n: to("Port-channel 1", kind="channel") for n in (47, 48)},
        channels={"Port-channel 1": {**bundle, "uid": "gw"}},
    )
    tree.add_equipment(gw, sw)
    assert cables(tree.run()) == [("gw lag7", "sw-1 Port-channel 1")]


def test_equipment_is_known_by_its_other_names_too(tree: TreeOnDisk) -> None:
    tree.add_nodes(node())
    tree.add_equipment(
        switch("gw", {3: to("sw-1")}, alias=["gw-rennes", {"name": "x"}]), switch("sw-1", {48: to("gw-rennes")})
    )
    assert cables(tree.run()) == [("gw 1/1/3", "sw-1 1/1/48")]


def test_a_cable_that_one_end_does_not_know_is_left_out(tree: TreeOnDisk) -> None:
    tree.add_nodes(node())
    tree.add_equipment(switch("gw", {3: to("sw-1")}), switch("sw-1", {}))
    imported = tree.run()
    assert cables(imported) == []
    assert "1 at gw, 0 at sw-1" in findings(imported, "I403")[0].summary


def test_a_trunk_at_one_end_only_is_left_out(tree: TreeOnDisk) -> None:
    tree.add_nodes(node())
    tree.add_equipment(switch("gw", {3: to("sw-1", switchport_mode="access")}), switch("sw-1", {48: to("gw")}))
    imported = tree.run()
    assert cables(imported) == []
    assert "a trunk at one end only" in findings(imported, "I403")[0].summary


def test_administration_switches_on_access_ports_are_not_written(tree: TreeOnDisk) -> None:
    tree.add_nodes(node())
    access = {"switchport_mode": "access"}
    tree.add_equipment(switch("sw-1", {47: to("sw-adm", **access)}), switch("sw-adm", {24: to("sw-1", **access)}))
    imported = tree.run()
    assert [found.name for found in only_site(imported).spec.switches] == ["sw-1"]
    assert not codes(imported) & {"I402", "I403"}


def test_a_cable_to_equipment_nobody_describes_is_reported(tree: TreeOnDisk) -> None:
    tree.add_nodes(node())
    tree.add_equipment(switch("sw-1", {48: to("sw-99")}))
    imported = tree.run()
    assert "'sw-99'" in findings(imported, "I402")[0].summary


def test_a_channel_nobody_describes_is_reported(tree: TreeOnDisk) -> None:
    tree.add_nodes(node())
    tree.add_equipment(switch("sw-1", {48: to("lag1", kind="channel")}))
    assert "'lag1'" in findings(tree.run(), "I402")[0].summary


def test_a_ring_is_opened_and_reported(tree: TreeOnDisk) -> None:
    tree.add_nodes(node())
    tree.add_equipment(
        switch("sw-1", {2: to("sw-2"), 3: to("sw-3")}),
        switch("sw-2", {1: to("sw-1"), 3: to("sw-3")}),
        switch("sw-3", {1: to("sw-1"), 2: to("sw-2")}),
    )
    imported = tree.run()
    assert cables(imported) == [("sw-1 1/1/2", "sw-2 1/1/1"), ("sw-1 1/1/3", "sw-3 1/1/1")]
    assert "between sw-2 and sw-3 closes a ring" in findings(imported, "I404")[0].summary


def test_an_uplink_on_a_nodes_port_is_left_out(tree: TreeOnDisk) -> None:
    tree.add_nodes(node(1))
    tree.add_equipment(switch("gw", {3: to("sw-1")}), switch("sw-1", {1: to("gw")}))
    imported = tree.run()
    assert cables(imported) == []
    assert "sw-1 1/1/1" in findings(imported, "I407")[0].summary


def test_a_switch_that_leads_to_itself_has_no_cable(tree: TreeOnDisk) -> None:
    tree.add_nodes(node())
    tree.add_equipment(switch("sw-1", {47: to("sw-1"), 48: to("sw-1")}))
    imported = tree.run()
    assert cables(imported) == []
    assert len(findings(imported, "I403")) == 2


def test_switches_that_nothing_joins_are_reported(tree: TreeOnDisk) -> None:
    tree.add_nodes(node(1), node(2, [adapter(number=2, switch="sw-2")]))
    imported = tree.run()
    assert "sw-1; sw-2" in findings(imported, "I405")[0].summary


def test_a_switch_that_is_only_named_is_written_and_reported(tree: TreeOnDisk) -> None:
    tree.add_nodes(node())
    imported = tree.run()
    assert [found.name for found in only_site(imported).spec.switches] == ["sw-1"]
    told = findings(imported, "I401")[0]
    assert told.span is not None and told.span.file.endswith("para-1.json")


def test_a_described_switch_keeps_its_address_and_whose_it_is(tree: TreeOnDisk) -> None:
    tree.add_nodes(node())
    tree.add_equipment(switch("sw-1", ip="172.17.111.250", managed_by_us=False))
    (found,) = only_site(tree.run()).spec.switches
    assert (found.address, found.managed) == ("172.17.111.250", False)


def test_a_port_of_a_node_without_a_file_is_reported(tree: TreeOnDisk) -> None:
    tree.add_nodes(node())
    tree.add_equipment(switch("sw-1", {7: to("para-7", kind="node", port="eth0")}))
    assert "'para-7'" in findings(tree.run(), "I406")[0].summary


def test_a_node_that_is_elsewhere_by_the_switchs_file_is_reported_and_believed(tree: TreeOnDisk) -> None:
    tree.add_nodes(node())
    tree.add_equipment(switch("sw-1", {7: to("para-1", kind="node", port="eth0")}))
    imported = tree.run()
    assert only_site(imported).spec.nodes[0].interfaces[0].port == "1/1/1"
    assert "para-1 eth0" in findings(imported, "I406")[0].summary


def test_islands_are_the_groups_that_cables_make() -> None:
    islands = Islands("abcd")
    assert islands.join("a", "b") and islands.join("c", "b")
    assert not islands.join("a", "c")
    assert islands.groups() == [["a", "b", "c"], ["d"]]
