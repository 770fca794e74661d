"""One experiment's part of a switch, seen in the configuration of all its ports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reconciler.drivers.switch.device import Mode, Port, Ports, PortType
from reconciler.drivers.switch.ownership import Owner, render_mark
from reconciler.drivers.switch.projection import project
from reconciler.drivers.switch.vlans import ALL, EVERY_ID
from reconciler.model.fence import Fence
from reconciler.model.resource import Absent, Foreign, Observed, Present
from reconciler.resources.switch import Carried, EdgePort, SwitchSlice
from tests.drivers.switch.openconfig.simulator import tag

ACCESS = SwitchSlice((EdgePort("e1", tag(1), access=701),), parked=100)
SHARED = SwitchSlice(carried=(Carried("up", (701, 702)),))


OWNER = Owner("lille", "exp")
MARK = render_mark(tag(1), Fence(3))


def see(found: Ports, wanted: Sequence[SwitchSlice]) -> Observed[SwitchSlice]:
    return project(found, wanted, OWNER)


def ports(*found: Port) -> dict[str, Port]:
    return {port.name: port for port in found}


def trunk(name: str, *entries: str, native: int | None = None, description: str = "") -> Port:
    return Port(name, description, mode=Mode.TRUNK, entries=entries or ALL, native=native)


def test_an_unmarked_port_in_another_vlan_is_none_of_ours() -> None:
    assert see(ports(Port("e1", "desk 12", access=100)), [ACCESS]) == Absent()


def test_a_port_the_switch_does_not_list_is_unconfigured() -> None:
    assert see({}, [ACCESS]) == Absent()


def test_a_port_that_lost_its_mark_but_has_our_vlan_is_still_seen() -> None:
    seen = see(ports(Port("e1", access=701)), [ACCESS])
    assert seen == Present(SwitchSlice((EdgePort("e1", "", access=701),), parked=100))


def test_a_released_port_is_not_ours_although_somebody_had_moved_it_there_while_it_was() -> None:
    moved = SwitchSlice((EdgePort("e1", tag(1), access=100),), parked=100)
    assert see(ports(Port("e1", access=100)), [ACCESS, moved]) == Absent()
    unparked = SwitchSlice((EdgePort("e1", tag(1), access=1),))
    assert see(ports(Port("e1")), [unparked]) == Absent()


def test_a_trunk_without_a_list_is_a_trunk_of_all_and_never_right() -> None:
    wanted = SwitchSlice((EdgePort("e1", tag(1), trunk=(701,)),))
    seen = see(ports(trunk("e1", description=MARK)), [wanted])
    assert seen == Present(SwitchSlice((EdgePort("e1", tag(1), trunk=EVERY_ID),)))


def test_a_native_vlan_on_our_trunk_is_a_difference() -> None:
    wanted = SwitchSlice((EdgePort("e1", tag(1), trunk=(701,)),))
    assert see(ports(trunk("e1", "701", native=5, description=MARK)), [wanted]) != Present(wanted)


def test_a_port_that_is_down_is_a_difference() -> None:
    down = Port("e1", MARK, enabled=False, access=701)
    assert see(ports(down), [ACCESS]) == Present(
        SwitchSlice((EdgePort("e1", tag(1), access=701, up=False),), parked=100)
    )


def test_others_vlans_on_a_shared_trunk_are_not_in_our_slice() -> None:
    assert see(ports(trunk("up", "5", "701", "702", "800..900")), [SHARED]) == Present(SHARED)


def test_a_range_that_others_are_part_of_is_theirs() -> None:
    assert see(ports(trunk("up", "700..719")), [SHARED]) == Absent()


def test_a_switch_that_joins_our_ids_into_a_range_still_agrees() -> None:
    assert see(ports(trunk("up", "701..702", "9")), [SHARED]) == Present(SHARED)


def test_a_shared_trunk_of_every_vlan_is_left_to_its_owner() -> None:
    assert isinstance(see(ports(trunk("up")), [SHARED]), Foreign)


def test_a_member_of_a_lag_is_not_ours_to_configure_although_it_has_our_mark() -> None:
    seen = see(ports(Port("e1", MARK, access=701, lag="ae0")), [ACCESS])
    assert isinstance(seen, Foreign) and "e1 is a member of the LAG ae0" in seen.reason
    assert isinstance(see(ports(Port("e9", MARK, lag="ae0")), [ACCESS]), Foreign)


def test_a_port_of_a_type_that_the_dialect_cannot_set_is_left_alone() -> None:
    found = ports(replace(trunk("up", "701", "702"), type=PortType.LAG))
    assert see(found, [SHARED]) == Present(SHARED)
    seen = project(found, [SHARED], OWNER, {PortType.ETHERNET})
    assert isinstance(seen, Foreign) and "port up is of type 'LAG'" in seen.reason
    assert isinstance(see(ports(Port("e1", type=PortType.OTHER)), [ACCESS]), Foreign)


def test_a_port_that_tunnels_all_frames_is_a_difference() -> None:
    tunnelling = Port("e1", MARK, mode=Mode.TUNNEL, access=701)
    assert see(ports(tunnelling), [ACCESS]) == Present(SwitchSlice((EdgePort("e1", tag(1)),), parked=100))


def test_an_empty_list_is_no_vlan_where_the_device_says_so() -> None:
    assert see(ports(replace(trunk("up"), entries=())), [SHARED]) == Absent()


def test_an_empty_wish_is_met_by_nothing() -> None:
    assert see({}, [SwitchSlice(parked=100)]) == Present(SwitchSlice(parked=100))


def test_a_shared_trunk_that_somebody_claims_is_left_to_them() -> None:
    claimed = trunk("up", "701", "702", description="xr:v1:lille:other:0a0b0c0d:9")
    assert isinstance(see(ports(claimed), [SHARED]), Foreign)
