"""Did the edit do what was meant, all of it, and nothing else?  Pure."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from reconciler.drivers.switch.openconfig.edit import touched
from reconciler.drivers.switch.openconfig.openconfig import Port
from reconciler.drivers.switch.openconfig.ownership import Owner, mark_of, without_epoch
from reconciler.drivers.switch.openconfig.projection import Ports, project
from reconciler.drivers.switch.openconfig.vlans import expand
from reconciler.model.change import Change
from reconciler.model.resource import Absent, Foreign, Present
from reconciler.resources.switch import SwitchSlice


def slices(change: Change[SwitchSlice]) -> tuple[SwitchSlice, ...]:
    """Where to look: what is wanted first, then what was there."""
    specs = (change.after, change.before, change.resource.spec)
    return tuple(spec for spec in specs if spec is not None)


def differences(change: Change[SwitchSlice], owner: Owner, epoch: int, was: Ports, now: Ports) -> tuple[str, ...]:
    """What in ``now`` is not as ``change`` means it, given how it ``was`` before; nothing when all is well."""
    wrong = (*_slice(change, owner, now), *_released(change, now), *_shared(change, was, now))
    return (*wrong, *misplaced(touched(change), owner, epoch, was, now))


def misplaced(ours: AbstractSet[str], owner: Owner, epoch: int, was: Ports, now: Ports) -> tuple[str, ...]:
    """Ports besides ``ours`` that are not as they were, and marks of the owner's that are not of this epoch."""
    found = []
    for name in sorted(was.keys() | now.keys()):
        before, after = was.get(name, Port(name)), now.get(name, Port(name))
        if name not in ours and without_epoch(before, owner) != without_epoch(after, owner):
            found.append(f"port {name} changed, which is none of ours")
        mark = mark_of(after, owner)
        if mark is not None and mark.epoch != epoch:
            found.append(f"port {name} is marked by acquisition {mark.epoch}, not by {epoch}")
    return tuple(found)


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
        if (port.description, port.enabled, port.mode, port.access) != ("", True, "ACCESS", parked or 1):
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
        if after.is_trunk and not after.entries:
            yield f"shared port {name} would carry every VLAN"
