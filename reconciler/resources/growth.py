"""Whether a change of one resource makes something more, or only changes or gives back what there is."""

from __future__ import annotations

from collections.abc import Collection

from reconciler.resources.domain import Domain
from reconciler.resources.lease import AddressRange, Lease
from reconciler.resources.reservation import Reservation
from reconciler.resources.switch import SwitchSlice
from reconciler.resources.vlan import Vlan


def grows(before: object, after: object) -> bool:
    """Of two states of one resource: whether a node, an address, an id, a port or a VM is there that was not before."""
    match before, after:
        case Reservation(had), Reservation(has):
            return not set(has) <= set(had)
        case Lease(had), Lease(has):
            return not _pairs(has) <= _pairs(had)
        case Vlan(had), Vlan(has):
            return not set(has) <= set(had)
        case SwitchSlice() as had_there, SwitchSlice() as has_there:
            return not _places(has_there) <= _places(had_there)
        case Domain(state="off"), Domain():
            return True
    return False


def _pairs(runs: Collection[AddressRange]) -> set[tuple[str, int]]:
    return {pair for run in runs for pair in run.pairs()}


def _places(spec: SwitchSlice) -> set[tuple[object, ...]]:
    """Where on the switch it is, whatever its ports are like there."""
    carried = {(each.port, vlan) for each in spec.carried for vlan in each.vlans}
    tunnels = {(each.port, each.s_vlan, vlan) for each in spec.tunnels for vlan in each.c_vlans}
    return {(edge.port,) for edge in spec.ports} | carried | tunnels
