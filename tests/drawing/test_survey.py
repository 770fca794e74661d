from __future__ import annotations

import pytest

from reconciler.allocation.allocate import allocate
from reconciler.drawing.figure import COLOURS, Cable, Figure, Shape
from reconciler.drawing.survey import describe_networks, network_key
from reconciler.resources.allocations import Allocations
from reconciler.spec.load import load
from tests.drawing.scenes import ROOT, everything, quickstart, texts_of


@pytest.fixture(scope="module")
def figure() -> Figure:
    return everything()


def cable(figure: Figure, upper: str, lower: str) -> tuple[str, ...]:
    (found,) = [c.networks for c in figure.cables if (c.upper, c.lower) == (upper, lower)]
    return found


def test_a_cable_between_switches_is_drawn_with_the_networks_it_carries(figure: Figure) -> None:
    assert cable(figure, "sw-1.lille", "sw-2.lille") == ("all/back",)


def test_a_global_network_reaches_the_backbone_from_each_of_its_sites(figure: Figure) -> None:
    assert cable(figure, "backbone renater", "sw-1.lille") == ("all/lan",)
    assert cable(figure, "backbone renater", "sw-1.nancy") == ("all/lan",)


def test_a_routed_network_reaches_the_router_of_its_site_alone(figure: Figure) -> None:
    assert cable(figure, "sw-1.nancy", "router.nancy") == ("all/out",)
    assert not [box for box in figure.boxes if box.name == "router.lille"]


def test_a_host_is_cabled_with_the_networks_of_its_vms(figure: Figure) -> None:
    assert cable(figure, "sw-1.lille", "chinqchint-1.lille") == ("all/back", "all/lan")


def test_a_shared_network_sets_no_port_and_is_drawn_apart(figure: Figure) -> None:
    hosts = {c.lower for c in figure.cables if c.upper == "shared.lille"}
    assert hosts and all(cable(figure, "shared.lille", host) == ("all/prod",) for host in hosts)
    assert not [c for c in figure.cables if "all/prod" in c.networks and c.upper != "shared.lille"]


def test_vms_of_a_group_are_one_line_on_each_host() -> None:
    hosts = [box for box in quickstart().boxes if box.shape is Shape.HOST]
    assert len(hosts) == 8
    assert {box.items[-1].text.split("  ")[0] for box in hosts} == {"client ×3", "server ×3"}


def test_a_spare_says_so_and_hangs_on_no_switch(figure: Figure) -> None:
    (spare,) = [box for box in figure.boxes if "spare" in [item.text for item in box.items]]
    assert spare.name == "griffon-4.nancy"
    assert not [c for c in figure.cables if spare.name in (c.upper, c.lower)]


def test_networks_say_kind_ids_and_addresses(figure: Figure) -> None:
    details = {network.title: network.details for network in figure.networks}
    assert details["lan"] == (
        "global at lille, nancy",
        "VLAN 720 at lille, nancy",
        "S-VLAN 1000 on renater",
        "range 10.136.16.0/24",
        "22 leased: 10.136.16.1 to 10.136.16.22",
    )
    assert details["prod"][0] == "shared at lille"
    assert len({network.colour for network in figure.networks}) == 4


def test_every_cable_ends_at_boxes_that_are_there(figure: Figure) -> None:
    names = {box.name for box in figure.boxes}
    assert all({c.upper, c.lower} <= names for c in figure.cables)
    assert len(set(figure.cables)) == len(figure.cables) > 0
    assert isinstance(figure.cables[0], Cable)


CATALOGUE = load({"q.yaml": (ROOT / "examples/quickstart.yaml").read_text(), **texts_of("specs/sites")})
QUICKSTART = CATALOGUE.experiments["quickstart"]
PART = (QUICKSTART, allocate(QUICKSTART, CATALOGUE, Allocations()))


def test_one_experiment_calls_its_networks_by_their_names_and_several_by_theirs_too() -> None:
    assert [network.title for network in describe_networks([PART])] == ["lan"]
    assert [network.title for network in describe_networks([PART, PART])] == ["quickstart/lan"] * 2
    assert describe_networks([PART])[0].key == network_key(QUICKSTART, "lan")


def test_colours_begin_again_when_there_are_more_networks() -> None:
    colours = [network.colour for network in describe_networks([PART] * (len(COLOURS) + 1))]
    assert colours == [*COLOURS, COLOURS[0]]


def test_ids_are_told_with_all_places_that_share_them() -> None:
    (network,) = describe_networks([PART])
    assert "VLAN 720 at lille, nancy" in network.details
    assert "S-VLAN 1000 on renater" in network.details
