"""Did the edit do what was meant, all of it, and nothing else?  Pure."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from reconciler.drivers.switch.device import Device, Mode, Port, Ports, ports_of
from reconciler.drivers.switch.ownership import Owner, mark_of, without_epoch
from reconciler.drivers.switch.projection import project
from reconciler.drivers.switch.vlans import ALL, expand
from reconciler.model.change import Change
from reconciler.model.resource import Absent, Foreign, Present
from reconciler.resources.switch import SwitchSlice


def slices(change: Change[SwitchSlice]) -> tuple[SwitchSlice, ...]:
    """Where to look: what is wanted first, then what was there."""
    specs = (change.after, change.before, change.resource.spec)
    return tuple(spec for spec in specs if spec is not None)


def differences(change: Change[SwitchSlice], owner: Owner, epoch: int, was: Device, now: Device) -> tuple[str, ...]:
    """What in ``now`` is not as ``change`` means it, given how it ``was`` before; nothing when all is well."""
    before, after, ours = was.ports, now.ports, frozenset(ports_of(change.before, change.after))
    wrong = (*_slice(change, owner, after), *_released(change, after), *_shared(change, before, after))
    missing = _missing_vlans(change, now)
    return (*wrong, *missing, *_kept(ours, before, after), *misplaced(ours, owner, epoch, was, now, _vlans(change)))


def misplaced(
    ours: AbstractSet[str],
    owner: Owner,
    epoch: int,
    was: Device,
    now: Device,
    vlans: AbstractSet[int] = frozenset(),
) -> tuple[str, ...]:
    """What is not as it was besides our ports and ``vlans``, and marks of the owner's that are not of this epoch."""
    found = []
    for name in sorted(was.ports.keys() | now.ports.keys()):
        before, after = was.ports.get(name, Port(name)), now.ports.get(name, Port(name))
        if name not in ours and without_epoch(before, owner) != without_epoch(after, owner):
            found.append(f"unrelated port {name} changed")
        mark = mark_of(after, owner)
        if mark is not None and mark.epoch != epoch:
            found.append(f"port {name} has epoch {mark.epoch}, not {epoch}")
    had, has = was.vlans or {}, now.vlans or {}
    changed = {vlan for vlan in had.keys() | has.keys() if had.get(vlan) != has.get(vlan)}
    return (*found, *(f"unrelated VLAN {vlan} changed" for vlan in sorted(changed - vlans)))


def _vlans(change: Change[SwitchSlice]) -> frozenset[int]:
    return frozenset(vlan for spec in slices(change) for vlan in _carried_by(spec))


def _carried_by(spec: SwitchSlice) -> Iterator[int]:
    """The VLANs that have to exist on the switch; a tunnel's customer VLANs are only matched."""
    for edge in spec.ports:
        yield from edge.trunk if edge.access is None else (edge.access, *edge.trunk)
    for carried in spec.carried:
        yield from carried.vlans
    for tunnel in spec.tunnels:
        yield tunnel.s_vlan


def _missing_vlans(change: Change[SwitchSlice], now: Device) -> Iterator[str]:
    """Some switches take a port into a VLAN that is not there, and drop its frames."""
    if now.vlans is not None and change.after is not None:
        for vlan in sorted(set(_carried_by(change.after)) - now.vlans.keys()):
            yield f"VLAN {vlan} does not exist on the switch"


def _kept(ours: AbstractSet[str], was: Ports, now: Ports) -> Iterator[str]:
    """What a slice does not speak of stays on its ports, too; a port that was not configured has nothing to keep."""
    for name in sorted(ours & was.keys()):
        before, after = was[name], now.get(name, Port(name))
        for what in ("type", "lag", "mtu"):
            had, has = getattr(before, what), getattr(after, what)
            if had is not None and has != had:
                yield f"port {name} changed its {what} from {had} to {has}"


def _slice(change: Change[SwitchSlice], owner: Owner, now: Ports) -> Iterator[str]:
    seen = project(now, slices(change), owner)
    match seen:
        case Foreign(reason):
            yield reason
        case Present(spec) if change.after is None or spec != change.after:
            yield from _by_part(change.after or SwitchSlice(), spec)
        case Absent() if change.after is not None:
            yield "nothing of it is there"


def _by_part(wanted: SwitchSlice, seen: SwitchSlice) -> Iterator[str]:
    for name in ("ports", "carried", "tunnels"):
        missing = set(getattr(wanted, name)) - set(getattr(seen, name))
        excess = set(getattr(seen, name)) - set(getattr(wanted, name))
        yield from sorted(f"wanted {part}" for part in missing)
        yield from sorted(f"found {part}" for part in excess)


def _released(change: Change[SwitchSlice], now: Ports) -> Iterator[str]:
    """A port that we leave must be as we leave ports: nobody of ours looks at it again."""
    if change.before is None:
        return
    parked = change.resource.spec.parked
    left = {edge.port for edge in change.before.ports} - {edge.port for edge in (change.after or SwitchSlice()).ports}
    for name in sorted(left):
        port = now.get(name, Port(name))
        if (port.description, port.enabled, port.mode, port.access) != ("", True, Mode.ACCESS, parked or 1):
            yield f"released port {name} is {port.mode} {port.access}, described {port.description!r}"


def _shared(change: Change[SwitchSlice], was: Ports, now: Ports) -> Iterator[str]:
    """Others' VLANs on shared trunks stay, and no trunk is left without a list."""
    ours: dict[str, set[int]] = {}
    for carried in (carried for spec in slices(change) for carried in spec.carried):
        ours.setdefault(carried.port, set()).update(carried.vlans)
    for name, vlans in sorted(ours.items()):
        before, after = was.get(name, Port(name)), now.get(name, Port(name))
        lost = expand(before.entries) - expand(after.entries) - vlans
        if lost:
            yield f"shared port {name} would lose the VLANs {sorted(lost)} of others"
        if after.entries is ALL:
            yield f"shared port {name} would carry every VLAN"
