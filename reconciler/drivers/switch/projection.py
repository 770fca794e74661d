"""What a switch's ports say about one experiment's slice: everything of it, and nothing else.  Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from reconciler.drivers.switch.device import Mode, Port, Ports, PortType, ports_of
from reconciler.drivers.switch.ownership import Owner, claimed_by_another, mark_of, without_epoch
from reconciler.drivers.switch.vlans import ALL, entries_within, expand
from reconciler.model.resource import Absent, Foreign, Observed, Present
from reconciler.resources.switch import Carried, EdgePort, SwitchSlice, Tunnel

ANY_LINK = frozenset({PortType.ETHERNET, PortType.LAG})


class _Claimed(Exception):  # never leaves this module
    """Somebody else has what we want."""


def project(
    ports: Ports, wanted: Sequence[SwitchSlice], owner: Owner, types: AbstractSet[PortType] = ANY_LINK
) -> Observed[SwitchSlice]:
    """The slice as it is, looking where ``wanted`` (the desired and the recorded one) and our own marks point.

    Marks are without their epochs, as in what is wanted.

    An edge port is in it when it has our mark, or no mark and one of our VLANs.  A VLAN on a shared trunk is in it
    when it is listed there by itself: a range that holds others' ids is theirs.  ``Foreign`` when another owner's
    mark is on one of our ports, a shared trunk has no list and so carries every VLAN, or a port's VLANs are not set on
    it: it is a member of a LAG, or of a type that is not among ``types``.
    """
    try:
        _refuse_unusable(ports, wanted, owner, types)
        seen = SwitchSlice(
            tuple(_edges(ports, wanted, owner)),
            tuple(_carried(ports, wanted, owner)),
            tuple(_tunnels(ports, wanted, owner)),
            wanted[0].parked,
        )
    except _Claimed as error:
        return Foreign(str(error))
    nothing = SwitchSlice(parked=wanted[0].parked)
    return Absent() if seen == nothing != wanted[0] else Present(seen)


def _refuse_unusable(ports: Ports, wanted: Sequence[SwitchSlice], owner: Owner, types: AbstractSet[PortType]) -> None:
    names = frozenset(ports_of(*wanted))
    for name, port in sorted(ports.items()):
        if name not in names and mark_of(port, owner) is None:
            continue
        if port.lag is not None:
            raise _Claimed(
                f"port {name} is a member of the LAG {port.lag}, which has its VLANs; name the LAG, or free it"
            )
        if port.type not in types:
            raise _Claimed(f"port {name} is of type {port.type.value!r}; this switch's driver cannot set VLANs on it")


def edge_port(port: Port) -> EdgePort:
    """A port as an edge port; a trunk without a list carries all, one with a native VLAN is no pure trunk.

    A port in tunnel mode is no edge port that anybody asks for: it has no VLAN of its own.
    """
    if port.mode is Mode.TUNNEL:
        return EdgePort(port.name, port.description, up=port.enabled)
    if not port.is_trunk:
        return EdgePort(port.name, port.description, access=port.access, up=port.enabled)
    trunk = tuple(sorted(expand(port.entries)))
    return EdgePort(port.name, port.description, access=port.native, trunk=trunk, up=port.enabled)


def _edges(ports: Ports, wanted: Sequence[SwitchSlice], owner: Owner) -> Iterator[EdgePort]:
    """Ports named in the slices, and any other with our mark: one that an earlier edit forgot."""
    ids: dict[str, set[int]] = {}
    nobodys = {1, *(spec.parked for spec in wanted)}  # where a released port is; one of ours may have been put there
    for edge in (edge for spec in wanted for edge in spec.ports):
        ids.setdefault(edge.port, set()).update(set(_vlans(edge)) - nobodys)
    marked = {port.name for port in ports.values() if mark_of(port, owner) is not None}
    for name in sorted(ids.keys() | marked):
        port = ports.get(name, Port(name))
        if claimed_by_another(port, owner):
            raise _Claimed(f"port {name} is marked {port.description!r}: it is another owner's, and not touched")
        found = edge_port(without_epoch(port, owner))
        if name in marked or not ids[name].isdisjoint(_vlans(found)):
            yield found


def _vlans(edge: EdgePort) -> tuple[int, ...]:
    return edge.trunk if edge.access is None else (edge.access, *edge.trunk)


def _carried(ports: Ports, wanted: Sequence[SwitchSlice], owner: Owner) -> Iterator[Carried]:
    ids: dict[str, set[int]] = {}
    for carried in (carried for spec in wanted for carried in spec.carried):
        ids.setdefault(carried.port, set()).update(carried.vlans)
    for name in sorted(ids):
        port = _shared(ports, name, owner)
        if port.entries is ALL:
            raise _Claimed(f"shared port {name} is a trunk without a list, so of every VLAN: list those it needs")
        vlans = expand(entries_within(port.entries, ids[name]))
        if vlans:
            yield Carried(name, tuple(sorted(vlans)), port.entries)


def _tunnels(ports: Ports, wanted: Sequence[SwitchSlice], owner: Owner) -> Iterator[Tunnel]:
    keys = {(tunnel.port, tunnel.s_vlan) for spec in wanted for tunnel in spec.tunnels}
    for name in sorted({port for port, _ in keys}):
        for tunnel in _shared(ports, name, owner).tunnels:
            if (name, tunnel.s_vlan) in keys:
                yield tunnel


def _shared(ports: Ports, name: str, owner: Owner) -> Port:
    """A port that carries several owners' VLANs bears nobody's mark; one that does was claimed."""
    port = ports.get(name, Port(name))
    if claimed_by_another(port, owner):
        raise _Claimed(f"shared port {name} is marked {port.description!r}: another owner claims it")
    return port
