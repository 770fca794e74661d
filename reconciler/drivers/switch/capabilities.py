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
    if not capabilities.confirmed_commit:
        yield f"{_first(after, before)}: this switch cannot take a faulty edit back; use ports of one that can"
    if not capabilities.lock:
        yield f"{_first(after, before)}: this switch has no lock against other sessions; use ports of one that has"
    tunnels, ports = set(before.tunnels), set(before.ports)
    for tunnel in after.tunnels:
        if tunnel not in tunnels:
            yield from _tunnel(capabilities.qinq, tunnel.port, tunnel.s_vlan)
    for edge in after.ports:
        if edge not in ports:
            yield from _mark(capabilities.description_length, edge)
    ids = capabilities.vlan_ids
    for name, vlan in _ids(after):
        if vlan not in ids and (name, vlan) not in frozenset(_ids(before)):
            yield f"port {name}: VLAN {vlan} is not in {ids[0]}..{ids[-1]} of this switch; lend ids within, in the Site"


def _first(*specs: SwitchSlice) -> str:
    return f"port {next(iter(ports_of(*specs)), '?')}"


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


def _ids(spec: SwitchSlice) -> Iterator[tuple[str, int]]:
    for edge in spec.ports:
        yield from ((edge.port, vlan) for vlan in (edge.access, *edge.trunk) if vlan is not None)
    for carried in spec.carried:
        yield from ((carried.port, vlan) for vlan in carried.vlans)
    for tunnel in spec.tunnels:
        yield from ((tunnel.port, vlan) for vlan in (tunnel.s_vlan, *tunnel.c_vlans))
