"""Our epoch in everything that is sent."""

from __future__ import annotations

from lxml import etree

from reconciler.drivers.switch.openconfig.edit import render_edit
from reconciler.drivers.switch.openconfig.openconfig import NS
from reconciler.drivers.switch.openconfig.stamping import stamp
from reconciler.model.address import Address, Endpoint
from reconciler.model.change import Change
from reconciler.model.resource import Resource
from reconciler.resources.switch import Carried, EdgePort, SwitchSlice
from tests.drivers.fence import FENCE
from tests.drivers.switch.openconfig.simulator import tag

BOTH = SwitchSlice((EdgePort("e1", tag(1), access=701), EdgePort("e2", tag(2), access=702)), (Carried("up", (701,)),))
LAST = SwitchSlice((EdgePort("e2", tag(2), access=702),), (Carried("up", (701,)),))


def descriptions(config: etree._Element) -> dict[str, str | None]:
    found = {}
    for interface in config.iterfind(".//if:interface", NS):
        description = interface.find("if:config/if:description", NS)
        if description is not None:
            found[interface.findtext("if:name", "", NS)] = description.text
    return found


def sent(before: SwitchSlice | None, after: SwitchSlice, older: dict[str, str]) -> dict[str, str | None]:
    resource = Resource(Address("switch", "exp", "sw"), Endpoint("openconfig", "sw.lille"), after)
    edit = render_edit(Change(resource, before, after))
    assert edit is not None
    return descriptions(stamp(edit, older, FENCE))


def test_every_mark_that_is_set_gets_the_epoch_and_the_plan_shows_none() -> None:
    assert sent(None, BOTH, {}) == {"e1": f"{tag(1)}:7-1c9f04d2", "e2": f"{tag(2)}:7-1c9f04d2"}


def test_older_marks_are_raised_with_any_change_and_a_released_port_keeps_none() -> None:
    assert sent(BOTH, LAST, {"e1": tag(1), "e2": tag(2)}) == {"e1": None, "e2": f"{tag(2)}:7-1c9f04d2"}


def test_without_an_edit_nothing_but_marks_is_sent() -> None:
    config = stamp(None, {"e1": tag(1)}, FENCE)
    leaves = [etree.QName(leaf).localname for leaf in config.iter() if len(leaf) == 0]
    assert leaves == ["name", "description"]
    assert descriptions(config) == {"e1": f"{tag(1)}:7-1c9f04d2"}
