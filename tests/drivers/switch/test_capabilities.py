"""What a dialect cannot do is said with the port, and with what to do instead, before anything is sent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reconciler.drivers.switch.capabilities import Capabilities, QinQ
from reconciler.drivers.switch.device import PortType
from reconciler.drivers.switch.driver import SwitchDriver
from reconciler.drivers.switch.openconfig.dialect import OpenConfig
from reconciler.model.address import Address, Endpoint
from reconciler.model.change import Change
from reconciler.model.errors import Refused
from reconciler.model.resource import Resource
from reconciler.resources.switch import Carried, EdgePort, SwitchSlice, Tunnel
from tests.drivers.switch.openconfig.simulator import tag

ALL_OF_IT = Capabilities(
    qinq=QinQ.SELECTIVE,
    candidate=True,
    confirmed_commit=True,
    lock=True,
    description_length=64,
    vlan_ids=range(2, 3968),
    port_types=frozenset(PortType),
)
SLICE = SwitchSlice(
    (EdgePort("e1", tag(1), access=701),), (Carried("up", (701,)),), (Tunnel("uni", 1000, (701,)),), parked=100
)
NOTHING_ASKED: Any = None


class Limited(OpenConfig):
    def __init__(self, **missing: Any) -> None:
        self.capabilities = replace(ALL_OF_IT, **missing)


def plan(before: SwitchSlice | None, after: SwitchSlice | None, **missing: Any) -> int:
    """The number of commands."""
    spec = after or before
    assert spec is not None
    resource = Resource(Address("switch", "exp", "sw"), Endpoint("openconfig", "sw.lille"), spec)
    driver = SwitchDriver(NOTHING_ASKED, Limited(**missing))
    return len(driver.plan(Change(resource, before, after)).commands)


def test_what_the_dialect_can_do_is_planned() -> None:
    assert plan(None, SLICE) == 1


@pytest.mark.parametrize(
    ("missing", "told"),
    [
        ({"qinq": QinQ.NONE}, r"port uni: no QinQ on this switch.*name a switch with selective QinQ"),
        ({"qinq": QinQ.PORT}, r"port uni: no selective QinQ.*keep the network within one site"),
        ({"description_length": 39}, r"port e1: a mark of 40 characters.*keeps 39.*a shorter name"),
        ({"vlan_ids": range(2, 1000)}, r"port uni: VLAN 1000 is not in 2\.\.999 of this switch; lend ids within"),
        (
            {"confirmed_commit": False},
            r"port e1: this switch cannot take a faulty edit back; use ports of one that can",
        ),
        ({"lock": False}, r"port e1: this switch has no lock against other sessions; use ports of one"),
    ],
)
def test_what_it_cannot_do_is_refused_with_the_port_and_what_to_do_instead(missing: dict[str, Any], told: str) -> None:
    with pytest.raises(Refused, match=told):
        plan(None, SLICE, **missing)


@pytest.mark.parametrize(
    "missing", [{"qinq": QinQ.NONE}, {"description_length": 39}, {"vlan_ids": range(2, 700)}], ids=str
)
def test_what_is_there_already_may_stay_and_go(missing: dict[str, Any]) -> None:
    assert plan(SLICE, None, **missing) == 1
    assert plan(SLICE, replace(SLICE, carried=()), **missing) == 1
