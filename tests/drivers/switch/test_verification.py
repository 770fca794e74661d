"""What is found wrong in a switch's configuration after an edit."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from reconciler.drivers.switch.device import Device, Mode, Port, Ports, PortType
from reconciler.drivers.switch.ownership import Owner, render_mark
from reconciler.drivers.switch.verification import differences
from reconciler.drivers.switch.vlans import ALL
from reconciler.model.address import Address, Endpoint
from reconciler.model.change import Change
from reconciler.model.fence import Fence
from reconciler.model.resource import Resource
from reconciler.resources.switch import Carried, EdgePort, SwitchSlice
from tests.drivers.switch.openconfig.simulator import tag

SLICE = SwitchSlice((EdgePort("e1", tag(1), access=701),), (Carried("up", (701,)),), (), 100)
BARE = {name: Port(name, access=100) for name in ("e1", "e2")} | {"up": Port("up", mode=Mode.TRUNK, entries=("5",))}
OWNER, MARK = Owner("lille", "exp"), render_mark(tag(1), Fence(3))
RIGHT = BARE | {"e1": Port("e1", MARK, access=701), "up": Port("up", mode=Mode.TRUNK, entries=("5", "701"))}
MADE = Change(Resource(Address("switch", "exp", "s"), Endpoint("openconfig", "s"), SLICE), None, SLICE)
GONE = replace(MADE, before=SLICE, after=None)


def wrong_in(change: Change[SwitchSlice], was: Ports, now: Ports) -> tuple[str, ...]:
    return differences(change, OWNER, 3, Device(was), Device(now))


def test_what_is_as_meant_has_no_differences() -> None:
    assert wrong_in(MADE, BARE, RIGHT) == ()
    assert wrong_in(GONE, RIGHT, BARE) == ()


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        (Port("e1", MARK, access=1), "wanted"),
        (Port("e1", MARK, access=701, enabled=False), "wanted"),
        (Port("e1", "", access=701), "wanted"),
        (Port("e1", render_mark(tag(1), Fence(2)), access=701), "has epoch 2, not 3"),
        (Port("e2", access=101), "e2 changed"),
        (Port("up", mode=Mode.TRUNK, entries=("701",)), r"lose the VLANs \[5\]"),
        (Port("up", mode=Mode.TRUNK, entries=ALL), "every VLAN"),
        (Port("up", access=701), "lose"),
    ],
)
def test_whatever_is_not_as_meant_is_named(wrong: Port, word: str) -> None:
    found = " ".join(wrong_in(MADE, BARE, RIGHT | {wrong.name: wrong}))
    assert re.search(word, found)


@pytest.mark.parametrize(
    "left",
    [Port("e1"), Port("e1", access=100, enabled=False), Port("e1", "mine", access=100), Port("e1", mode=Mode.TRUNK)],
)
def test_a_port_that_is_left_otherwise_than_parked_is_named(left: Port) -> None:
    assert any("released port e1" in text for text in wrong_in(GONE, RIGHT, BARE | {"e1": left}))


@pytest.mark.parametrize(
    ("was", "now"),
    [
        (Port("e1", access=100, mtu=9000), Port("e1", MARK, access=701, mtu=1500)),
        (Port("e1", access=100, mtu=9000), Port("e1", MARK, access=701)),
        (Port("e1", access=100), replace(RIGHT["e1"], type=PortType.OTHER)),
    ],
)
def test_what_a_slice_does_not_speak_of_stays_on_our_own_ports(was: Port, now: Port) -> None:
    assert any("port e1 changed its" in text for text in wrong_in(MADE, BARE | {"e1": was}, RIGHT | {"e1": now}))


def test_a_port_that_was_not_configured_may_get_whatever_a_switch_gives_a_new_one() -> None:
    was = {name: port for name, port in BARE.items() if name != "e1"}
    assert wrong_in(MADE, was, RIGHT | {"e1": replace(RIGHT["e1"], mtu=1500)}) == ()


def test_vlans_that_a_switch_keeps_have_to_be_there_and_those_of_others_stay() -> None:
    def wrong(was: dict[int, str], now: dict[int, str]) -> tuple[str, ...]:
        return differences(MADE, OWNER, 3, Device(BARE, was), Device(RIGHT, now))

    assert wrong({1: "", 5: "desks"}, {1: "", 5: "desks", 701: "exp"}) == ()
    assert wrong({1: "", 5: "desks"}, {1: "", 5: "desks"}) == ("VLAN 701 does not exist on the switch",)
    assert wrong({1: "", 5: "desks"}, {1: "", 5: "lab", 701: ""}) == ("unrelated VLAN 5 changed",)
