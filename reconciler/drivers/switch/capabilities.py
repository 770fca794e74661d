"""What a dialect cannot do, said when a change is planned and before anything is sent.  Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from reconciler.drivers.switch.device import PortType, ports_of
from reconciler.drivers.switch.ownership import MARK_SUFFIX
from reconciler.model.change import Change
from reconciler.model.errors import Refused
from reconciler.resources.switch import EdgePort, SwitchSlice


class QinQ(StrEnum):
    """``PORT`` pushes a tag on every frame of a port, ``SELECTIVE`` on those of some customer VLANs."""

    NONE = "none"
    PORT = "port"
    SELECTIVE = "selective"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """Of a dialect, not of one switch: what a session lacks is found when it is opened.

    ``candidate``: an edit is read back before it takes effect.  ``confirmed_commit``: what is not confirmed in time is
    taken back, by whatever means.  ``lock``: to have it proves that no earlier session can still act.
    ``description_length`` is what a port's description keeps; ``port_types`` are those whose VLANs it can set.
    """

    qinq: QinQ
    candidate: bool
    confirmed_commit: bool
    lock: bool
    description_length: int
    vlan_ids: range
    port_types: frozenset[PortType]


def refuse_beyond(capabilities: Capabilities, change: Change[SwitchSlice]) -> None:
    """Raises Refused when the change asks for more; what goes, or is there already, is not asked for."""
    reason = next(_reasons(capabilities, change.before or SwitchSlice(), change.after or SwitchSlice()), None)
    if reason is not None:
        raise Refused(f"{change.address}: {reason}")


def _reasons(capabilities: Capabilities, before: SwitchSlice, after: SwitchSlice) -> Iterator[str]:
    port = next(iter(ports_of(after, before)), "?")
    if not capabilities.confirmed_commit:
        yield f"port {port}: this switch cannot take a faulty edit back; use ports of one with a confirmed commit"
    if not capabilities.lock:
        yield f"port {port}: this switch has no lock against other sessions; use ports of one that has"
    for tunnel in sorted(set(after.tunnels) - set(before.tunnels), key=str):
        yield from _tunnel(capabilities.qinq, tunnel.port, tunnel.s_vlan)
    for edge in sorted(set(after.ports) - set(before.ports), key=str):
        yield from _mark(capabilities.description_length, edge)
    for name, vlan in sorted(_ids(after) - _ids(before)):
        if vlan not in capabilities.vlan_ids:
            first, last = capabilities.vlan_ids[0], capabilities.vlan_ids[-1]
            yield f"port {name}: VLAN {vlan} is outside {first}..{last} of this switch; lend ids within, in its Site"


def _tunnel(qinq: QinQ, port: str, s_vlan: int) -> Iterator[str]:
    instead = "name a switch with selective QinQ as the site's `wan.switch`, or keep the network within one site"
    match qinq:
        case QinQ.NONE:
            yield f"port {port}: no QinQ on this switch, so no tunnel of S-VLAN {s_vlan}; {instead}"
        case QinQ.PORT:
            yield f"port {port}: no selective QinQ on this switch: S-VLAN {s_vlan} would take all frames; {instead}"
        case QinQ.SELECTIVE:
            return


def _mark(longest: int, edge: EdgePort) -> Iterator[str]:
    """A mark that is cut short is a stranger's."""
    length = len(edge.tag) + len(MARK_SUFFIX)
    if length > longest:
        yield (
            f"port {edge.port}: a mark of {length} characters, and this switch keeps {longest} of a description; "
            "give the experiment or its site a shorter name"
        )


def _ids(spec: SwitchSlice) -> frozenset[tuple[str, int]]:
    edges = {(e.port, v) for e in spec.ports for v in (e.access, *e.trunk) if v is not None}
    carried = {(c.port, vlan) for c in spec.carried for vlan in c.vlans}
    return frozenset(edges | carried | {(t.port, vlan) for t in spec.tunnels for vlan in (t.s_vlan, *t.c_vlans)})
