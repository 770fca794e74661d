"""The real testbed of May 2010 and March 2026, with exact counts."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from reconciler.importers.findings import count_codes
from reconciler.importers.g5k.importing import Imported, import_tree
from reconciler.importers.g5k.options import Options
from reconciler.spec.load import examine
from reconciler.spec.site import Interface, Site
from reconciler.spec.topology import Topology
from tests.importers.g5k.conftest import shared_file


@pytest.fixture(scope="module")
def then(may_2010: Path) -> Imported:
    return import_tree(may_2010, Options(wan="renater", uplinks="gw"))


@pytest.fixture(scope="module")
def now(march_2026: Path) -> Imported:
    return import_tree(march_2026, Options(wan="renater"))


def sites(imported: Imported) -> dict[str, Site]:
    return {item.name: item.site for item in imported.sites}


def node_counts(imported: Imported) -> dict[str, int]:
    return {name: len(site.spec.nodes) for name, site in sites(imported).items()}


def usable(imported: Imported) -> dict[str, int]:
    """Nodes that can join an isolated network, by site."""
    found = {}
    for name, site in sites(imported).items():
        topology = Topology(site)
        found[name] = sum(bool(topology.experiment_interfaces(node)) for node in site.spec.nodes)
    return found


def test_every_node_of_2010_is_imported(then: Imported) -> None:
    assert node_counts(then) == {
        "bordeaux": 202,
        "grenoble": 34,
        "lille": 145,
        "lyon": 135,
        "nancy": 212,
        "orsay": 340,
        "rennes": 154,
        "sophia": 223,
        "toulouse": 137,
    }


def test_302_nodes_of_2010_have_a_port_and_the_others_are_named(then: Imported) -> None:
    counts = usable(then)
    assert {name: count for name, count in counts.items() if count} == {"lille": 90, "nancy": 212}
    nameless = [f for f in then.findings if f.code in ("I201", "I202", "I205")]
    assert len(nameless) == sum(node_counts(then).values()) - 302 == 1280


def test_the_faults_of_2010_are_counted(then: Imported) -> None:
    assert dict(count_codes(then.findings)) == {
        "I103": 1,  # a MAC with a letter O for a zero
        "I201": 10,
        "I202": 34,
        "I205": 1236,
        "I302": 47,
        "I401": 13,
        "I501": 9,
        "I503": 18,
        "I901": 19,
    }


def test_an_address_that_two_interfaces_of_2010_claim_is_written_for_neither(then: Imported) -> None:
    suno = [node for node in sites(then)["sophia"].spec.nodes if node.cluster == "suno"]
    assert len(suno) == 45
    assert {interface.ip for node in suno for interface in node.interfaces} == {None}


def test_hardware_virtualisation_of_2010_is_as_the_published_table_says(then: Imported) -> None:
    with shared_file("g5k/node-adapters-2010-05-17.csv").open() as file:
        table = {(row["site"], row["node"]): row["virtual"] in ("ivt", "amd-v") for row in csv.DictReader(file)}
    read = {(name, node.name): node.hvm for name, site in sites(then).items() for node in site.spec.nodes}
    assert read == table
    assert Counter(read.values()) == {False: 951, True: 631}


def test_the_switches_of_2010_are_those_that_nodes_name(then: Imported) -> None:
    assert [switch.name for switch in sites(then)["lille"].spec.switches] == ["gw"]
    nancy = [switch.name for switch in sites(then)["nancy"].spec.switches]
    assert nancy == ["gw", *(f"sgrelon{n}" for n in range(1, 6)), *(f"sgriffon{n}" for n in range(1, 4))]


def test_every_node_of_2026_is_imported_and_the_site_without_nodes_is_named(now: Imported) -> None:
    assert node_counts(now) == {
        "grenoble": 111,
        "lille": 29,
        "louvain": 8,
        "luxembourg": 56,
        "lyon": 69,
        "nancy": 266,
        "nantes": 74,
        "rennes": 171,
        "sophia": 114,
        "strasbourg": 19,
        "toulouse": 22,
    }
    assert [f.summary for f in now.findings if f.code == "I601"] == [
        "bordeaux: no nodes; no document is written for it"
    ]


def test_in_2026_the_nodes_under_kavlan_can_join_isolated_networks(now: Imported) -> None:
    assert usable(now) == {
        "grenoble": 89,
        "lille": 29,
        "louvain": 8,
        "luxembourg": 56,
        "lyon": 69,
        "nancy": 266,
        "nantes": 74,
        "rennes": 109,
        "sophia": 66,
        "strasbourg": 10,
        "toulouse": 22,
    }


def test_the_faults_of_2026_are_counted(now: Imported) -> None:
    assert dict(count_codes(now.findings)) == {
        "I103": 1,  # a group address as a MAC
        "I206": 141,
        "I301": 1,
        "I406": 3,
        "I502": 2,
        "I601": 1,
        "I901": 11,
    }


def test_every_port_of_2026_is_the_one_the_published_table_has(now: Imported) -> None:
    with shared_file("g5k/switch-ports-2026-03-23.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["uid"]]
    table: dict[tuple[str, str, str], set[str]] = {}
    for row in rows:
        key = (row["site"], row["equipment"], row["uid"])
        table.setdefault(key, set()).update({row["snmp_name"], row["kavlan_name"]})
    cabled = [
        (name, node.name, interface)
        for name, site in sites(now).items()
        for node in site.spec.nodes
        for interface in node.interfaces
        if interface.port is not None
    ]
    assert len(cabled) == 1216
    assert [c for c in cabled if not _in_table(table, *c)] == []


def _in_table(table: dict[tuple[str, str, str], set[str]], site: str, node: str, interface: Interface) -> bool:
    return str(interface.port) in table.get((site, str(interface.switch), node), set())


def test_the_switches_of_a_site_of_2026_form_one_tree(now: Imported) -> None:
    for name, site in sites(now).items():
        topology = Topology(site)
        assert topology.paths(topology.switches) is not None, name
        joining = [link for link in site.spec.links if link.between[0].switch != link.between[1].switch]
        assert len(joining) == len(site.spec.switches) - 1, name


def test_rennes_and_nancy_of_2026_share_a_backbone_and_global_vlans(now: Imported) -> None:
    rennes, nancy = sites(now)["rennes"].spec, sites(now)["nancy"].spec
    assert rennes.wan is not None and nancy.wan is not None
    assert (rennes.wan.switch, rennes.wan.port) == ("gw", "1/1/46")
    assert (nancy.wan.switch, nancy.wan.port) == ("gw", "1/1/3")
    assert rennes.wan.backbone == nancy.wan.backbone == "renater"
    both = set(rennes.vlans.global_ or ()) & set(nancy.vlans.global_ or ())
    assert both == {711, 712, 713, 714, 716, 717, 718, 720, 721, 722}
    assert (rennes.vlans.production, rennes.vlans.local) == (100, (701, 702, 703))
    assert str(rennes.addresses.space) == "10.156.0.0/14"


@pytest.mark.parametrize("when", ["then", "now"])
def test_all_documents_are_valid_within_the_usual_limits_and_read_back(
    when: str, request: pytest.FixtureRequest
) -> None:
    imported: Imported = request.getfixturevalue(when)
    examination = examine({f"{item.name}.yaml": item.text for item in imported.sites})
    assert examination.diagnostics == ()
    assert examination.catalogue is not None
    assert dict(examination.catalogue.sites) == sites(imported)
