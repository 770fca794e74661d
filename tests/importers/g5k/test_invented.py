"""What is made up when asked for, and only then."""

from __future__ import annotations

import pytest

from reconciler.importers.g5k.options import BadOption
from reconciler.spec.load import examine
from tests.importers.g5k.trees import TreeOnDisk, adapter, codes, findings, node, only_site, switch


def two_islands(tree: TreeOnDisk) -> None:
    tree.add_nodes(node(1), node(2, [adapter(number=2, switch="sw-2")]))


def test_nothing_is_invented_unasked(tree: TreeOnDisk) -> None:
    two_islands(tree)
    imported = tree.run()
    spec = only_site(imported).spec
    assert (spec.wan, spec.links) == (None, ())
    assert "I901" not in codes(imported)


def test_uplinks_join_every_island_to_one_switch_and_say_so(tree: TreeOnDisk) -> None:
    two_islands(tree)
    imported = tree.run(uplinks="gw")
    ends = [[(end.switch, end.port) for end in link.between] for link in only_site(imported).spec.links]
    assert ends == [[("sw-1", "to-gw"), ("gw", "to-sw-1")], [("sw-2", "to-gw"), ("gw", "to-sw-2")]]
    assert len(findings(imported, "I901")) == 2
    assert "I405" not in codes(imported)


def test_uplinks_use_a_switch_that_is_there(tree: TreeOnDisk) -> None:
    two_islands(tree)
    imported = tree.run(uplinks="sw-1")
    assert [found.name for found in only_site(imported).spec.switches] == ["sw-1", "sw-2"]
    assert len(only_site(imported).spec.links) == 1


def test_the_wan_is_at_the_real_backbone_port_where_the_tree_tells_it(tree: TreeOnDisk) -> None:
    tree.add_nodes(node())
    ports = {3: {"uid": "sw-1"}, 46: {"uid": "renater-rennes", "kind": "backbone"}}
    tree.add_equipment(switch("gw", ports, kind="router"), switch("sw-1", {48: {"uid": "gw"}}))
    imported = tree.run(wan="renater", s_vlans="1200-1209")
    wan = only_site(imported).spec.wan
    assert wan is not None
    assert (wan.switch, wan.port, wan.customer_port) == ("gw", "1/1/46", "qinq-customer")
    assert wan.s_vlans == tuple(range(1200, 1210))
    assert "qinq-inside and qinq-customer of gw" in findings(imported, "I901")[0].summary


def test_without_a_backbone_port_the_wan_is_at_the_busiest_switch(tree: TreeOnDisk) -> None:
    tree.add_nodes(node(1), node(2), node(3, [adapter(number=3, switch="sw-2")]))
    imported = tree.run(wan="renater")
    wan = only_site(imported).spec.wan
    assert wan is not None and (wan.switch, wan.port) == ("sw-1", "qinq-wan")


def test_a_site_without_switches_joins_no_backbone(tree: TreeOnDisk) -> None:
    tree.add_nodes(node(1, [adapter(switch=..., switch_port=...)]))
    imported = tree.run(wan="renater")
    assert only_site(imported).spec.wan is None
    assert "no switch is known" in findings(imported, "I901")[0].summary


def test_what_is_invented_makes_a_valid_document(tree: TreeOnDisk) -> None:
    two_islands(tree)
    imported = tree.run(wan="renater", uplinks="gw", bridge="xenbr0")
    examination = examine({item.name: item.text for item in imported.sites})
    assert examination.diagnostics == ()


@pytest.mark.parametrize(
    "option",
    [
        {"wan": "Renater 2"},
        {"uplinks": "g w"},
        {"bridge": "a-bridge-with-a-long-name"},
        {"s_vlans": "1-10"},
        {"s_vlans": "lots"},
        {"sites": ("atlantis",)},
    ],
)
def test_an_option_that_cannot_stand_in_a_document_is_refused(tree: TreeOnDisk, option: dict[str, object]) -> None:
    tree.add_nodes(node())
    with pytest.raises(BadOption):
        tree.run(**option)
