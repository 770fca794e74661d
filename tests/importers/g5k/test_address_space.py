"""Which addresses a site has, and whose they are to give out."""

from __future__ import annotations

from ipaddress import IPv4Network

import pytest

from reconciler.importers.g5k.importing import Imported
from reconciler.importers.g5k.options import BadOption
from reconciler.spec.load import examine
from tests.importers.g5k.trees import SITE, TreeOnDisk, codes, findings, node, only_site


def ranges(imported: Imported) -> list[tuple[str, str]]:
    return [(str(part.range), part.scheme.value) for part in only_site(imported).spec.addresses.ranges]


def test_on_the_lab_all_is_leased_but_the_dhcp_servers_quarter(tree: TreeOnDisk) -> None:
    tree.add_nodes(node())
    assert ranges(tree.run()) == [
        ("10.156.0.0/16", "lease"),
        ("10.157.0.0/16", "lease"),
        ("10.158.0.0/16", "lease"),
        ("10.159.0.0/16", "dhcp"),
    ]


def test_on_real_devices_nothing_is_leased_unasked(tree: TreeOnDisk) -> None:
    tree.add_nodes(node())
    imported = tree.run(real=True)
    assert "lease" not in {scheme for _, scheme in ranges(imported)}
    assert only_site(imported).spec.access.value == "direct"


def test_a_lease_is_cut_out_of_what_others_lend(tree: TreeOnDisk) -> None:
    tree.add_nodes(node())
    found = ranges(tree.run(leases=(IPv4Network("10.156.0.0/18"),), real=True))
    assert found == [
        ("10.156.0.0/18", "lease"),
        ("10.156.64.0/18", "subnet"),
        ("10.156.128.0/17", "subnet"),
        ("10.157.0.0/16", "subnet"),
        ("10.158.0.0/16", "subnet"),
        ("10.159.0.0/16", "dhcp"),
    ]


def test_the_ranges_fill_the_space_without_overlap(tree: TreeOnDisk) -> None:
    tree.add_nodes(node())
    imported = tree.run(leases=(IPv4Network("10.157.4.0/22"), IPv4Network("10.158.0.0/16")), real=True)
    sizes = [part.range.num_addresses for part in only_site(imported).spec.addresses.ranges]
    assert sum(sizes) == IPv4Network("10.156.0.0/14").num_addresses
    assert examine({item.name: item.text for item in imported.sites}).catalogue is not None


@pytest.mark.parametrize("lease", ["10.159.0.0/24", "10.156.0.0/14", "192.168.0.0/24"])
def test_a_lease_that_is_not_the_sites_to_give_is_refused(tree: TreeOnDisk, lease: str) -> None:
    tree.add_nodes(node())
    with pytest.raises(BadOption, match=lease):
        tree.run(leases=(IPv4Network(lease),))


def test_two_leases_may_not_overlap(tree: TreeOnDisk) -> None:
    tree.add_nodes(node())
    with pytest.raises(BadOption, match="overlaps"):
        tree.run(leases=(IPv4Network("10.156.0.0/24"), IPv4Network("10.156.0.0/22")))


def test_a_tree_that_does_not_say_gets_the_conventional_space_with_a_report(tree: TreeOnDisk) -> None:
    tree.add_site("rennes", {"uid": "rennes"})
    tree.add_nodes(node())
    imported = tree.run(real=True)
    addresses = only_site(imported).spec.addresses
    assert (str(addresses.space), addresses.gateway) == ("10.156.0.0/14", "10.159.255.254")
    assert {scheme for _, scheme in ranges(imported)} == {"static", "dhcp"}
    assert "I501" in codes(imported)


def test_an_unknown_site_without_a_space_is_left_out(tree: TreeOnDisk) -> None:
    tree.add_site("atlantis", {"uid": "atlantis"})
    tree.add_nodes(node(), site="atlantis")
    imported = tree.run(sites=("atlantis",))
    assert imported.sites == ()
    assert "atlantis: no address space" in findings(imported, "I501")[0].summary


def test_ranges_that_contradict_each_other_are_reported(tree: TreeOnDisk) -> None:
    kavlans = {"4": {"network": "10.44.0.0/18"}}
    tree.add_site(
        "rennes", {**SITE, "virt_ip_range": "10.0.0.0/14", "kavlan_ip_range": "10.24.0.0/14", "kavlans": kavlans}
    )
    tree.add_nodes(node())
    assert len([f for f in findings(tree.run(), "I502") if "range" in f.summary]) == 2


@pytest.mark.parametrize("network", ["10.156.0.0/30", "10.0.0.0/7", "10.156.0.1/14", "10.156.0.0/33", 7])
def test_a_space_that_is_none_is_reported_and_the_convention_taken(tree: TreeOnDisk, network: object) -> None:
    tree.add_site("rennes", {**SITE, "g5ksubnet": {"network": network}})
    tree.add_nodes(node())
    imported = tree.run()
    assert str(only_site(imported).spec.addresses.space) == "10.156.0.0/14"
    assert codes(imported) & {"I102", "I103"}


def test_a_gateway_outside_the_space_is_left_out(tree: TreeOnDisk) -> None:
    tree.add_site("rennes", {**SITE, "g5ksubnet": {"network": "10.156.0.0/14", "gateway": "10.1.2.3"}})
    tree.add_nodes(node())
    imported = tree.run()
    assert only_site(imported).spec.addresses.gateway is None
    assert "10.1.2.3" in findings(imported, "I502")[0].summary


def test_of_two_sites_with_one_space_the_second_is_left_out(tree: TreeOnDisk) -> None:
    tree.add_site("vannes", {**SITE, "uid": "vannes"})
    tree.add_nodes(node())
    tree.add_nodes(node(5), site="vannes", cluster="gwened")
    imported = tree.run()
    assert [item.name for item in imported.sites] == ["rennes"]
    assert any("overlaps the space of rennes" in finding.summary for finding in findings(imported, "I502"))


def test_a_site_without_nodes_is_left_out(tree: TreeOnDisk) -> None:
    imported = tree.run()
    assert imported.sites == ()
    assert "I601" in codes(imported)
