from __future__ import annotations

from reconciler.allocation.allocate import allocate
from reconciler.drawing.figure import COLOURS
from reconciler.drawing.legend import describe_networks, network_key
from reconciler.resources.allocations import Allocations
from reconciler.spec.load import load
from tests.drawing.scenes import ROOT, texts_of

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
