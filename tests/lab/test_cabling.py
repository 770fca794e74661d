"""Cables from Site documents."""

from reconciler.lab.cabling import cable, ports_of
from reconciler.lab.documents import default_texts, read_inventory
from reconciler.lab.reachability import Jack
from tests.lab.sites import site_text


def test_the_router_hangs_on_a_port() -> None:
    (site,) = read_inventory({"a": site_text()}).sites
    assert cable([site]).segments["router of here"] == (Jack("sw.here", "e44"),)


def test_every_port_that_something_is_cabled_to_exists() -> None:
    (site,) = read_inventory({"a": site_text()}).sites
    assert ports_of(site) == {"sw": ("e1", "e11", "e12", "e2", "e44", "e45", "e46", "e47")}


def test_nodes_links_and_backbones_are_segments() -> None:
    cabling = cable(read_inventory(default_texts()).sites)
    assert cabling.segments["chinqchint-1.lille/eth1"] == (Jack("sw-1.lille", "Ethernet11"),)
    assert cabling.segments["sw-1.lille:Ethernet48 - sw-2.lille:Ethernet48"] == (
        Jack("sw-1.lille", "Ethernet48"),
        Jack("sw-2.lille", "Ethernet48"),
    )
    assert set(cabling.segments["backbone renater"]) == {
        Jack("sw-1.lille", "Ethernet47"),
        Jack("sw-1.nancy", "Ethernet47"),
    }
    assert cabling.tagged_only == {"backbone renater"}


def test_an_interface_without_a_known_port_hangs_in_the_air() -> None:
    text = site_text().replace(", switch: sw, port: e12", "")
    assert cable(read_inventory({"a": text}).sites).segments["n-2.here/eth1"] == ()
