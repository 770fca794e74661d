from __future__ import annotations

import pytest

from reconciler.resources.domain import Domain
from reconciler.resources.growth import grows
from reconciler.resources.lease import AddressRange, Lease
from reconciler.resources.reservation import Reservation
from reconciler.resources.switch import Carried, EdgePort, SwitchSlice, Tunnel
from reconciler.resources.vlan import Vlan

OFF = Domain("a", "u", "k", "r", "", 128, 1, (), state="off")
RUNNING = Domain("a", "u", "k", "r", "", 128, 1, ())
MORE = [
    (Reservation(("n-1",)), Reservation(("n-1", "n-2"))),
    (Lease((AddressRange("vm", 0, 10, 2),)), Lease((AddressRange("vm", 0, 10, 3),))),
    (Vlan((("vlan:lille", 700),)), Vlan((("vlan:lille", 700), ("vlan:nancy", 700)))),
    (SwitchSlice((EdgePort("e1", "t", 700),)), SwitchSlice((EdgePort("e1", "t", 700), EdgePort("e2", "t", 700)))),
    (SwitchSlice(), SwitchSlice(carried=(Carried("e40", (700,)),))),
    (SwitchSlice(tunnels=(Tunnel("e1", 1000, (700,)),)), SwitchSlice(tunnels=(Tunnel("e1", 1000, (700, 701)),))),
    (OFF, RUNNING),
]


@pytest.mark.parametrize(("less", "more"), MORE)
def test_what_was_not_there_before_is_growth_and_what_is_given_back_is_none(less: object, more: object) -> None:
    assert grows(less, more)
    assert not grows(more, less)
    assert not grows(more, more)


def test_another_in_place_of_one_is_growth() -> None:
    assert grows(Reservation(("n-1",)), Reservation(("n-2",)))
    assert grows(Lease((AddressRange("vm", 0, 10, 1),)), Lease((AddressRange("vm", 0, 11, 1),)))


def test_a_port_that_is_put_right_and_a_vm_that_goes_on_are_no_growth() -> None:
    assert not grows(SwitchSlice((EdgePort("e1", "t", 1, up=False),)), SwitchSlice((EdgePort("e1", "t", 700),)))
    paused = Domain("a", "u", "k", "r", "", 256, 1, (), state="paused")
    assert not grows(paused, RUNNING)
