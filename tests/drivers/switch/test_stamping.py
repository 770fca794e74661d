"""Our epoch in everything that is sent."""

from __future__ import annotations

import pytest

from reconciler.drivers.switch.stamping import marks_of, refuse_if_cut
from reconciler.model.address import Address, Endpoint
from reconciler.model.change import Change
from reconciler.model.errors import Refused
from reconciler.model.resource import Resource
from reconciler.resources.switch import Carried, EdgePort, SwitchSlice
from tests.drivers.fence import FENCE
from tests.drivers.switch.openconfig.simulator import tag

BOTH = SwitchSlice((EdgePort("e1", tag(1), access=701), EdgePort("e2", tag(2), access=702)), (Carried("up", (701,)),))
LAST = SwitchSlice((EdgePort("e2", tag(2), access=702),), (Carried("up", (701,)),))


def sent(before: SwitchSlice | None, after: SwitchSlice | None, older: dict[str, str]) -> dict[str, str]:
    spec = after or before
    assert spec is not None
    resource = Resource(Address("switch", "exp", "sw"), Endpoint("openconfig", "sw.lille"), spec)
    return marks_of(Change(resource, before, after), older, FENCE)


def test_every_mark_that_is_set_gets_the_epoch() -> None:
    assert sent(None, BOTH, {}) == {"e1": f"{tag(1)}:7-1c9f04d2", "e2": f"{tag(2)}:7-1c9f04d2"}


def test_older_marks_are_raised_with_any_change_and_a_released_port_keeps_none() -> None:
    assert sent(BOTH, LAST, {"e1": tag(1), "e2": tag(2)}) == {"e2": f"{tag(2)}:7-1c9f04d2"}


def test_a_port_that_is_as_wanted_is_not_marked_again() -> None:
    assert sent(BOTH, BOTH, {}) == sent(BOTH, None, {}) == {}


def test_a_mark_that_the_switch_would_cut_is_not_sent() -> None:
    mark = f"{tag(1)}:7-1c9f04d2"
    refuse_if_cut("switch/exp/sw", {"e1": mark}, len(mark))
    with pytest.raises(Refused, match=r"port e1: the switch would cut the mark"):
        refuse_if_cut("switch/exp/sw", {"e1": mark}, len(mark) - 1)
