"""What an edit of a slice makes of a switch's ports; written anew from the meaning of a slice, not from the XML."""

from __future__ import annotations

from dataclasses import replace

from reconciler.drivers.switch.device import Mode, Port, Ports
from reconciler.drivers.switch.ownership import render_mark
from reconciler.drivers.switch.vlans import ALL, entries_within, expand
from reconciler.model.change import Change
from reconciler.model.fence import Fence
from reconciler.resources.switch import Carried, EdgePort, SwitchSlice


def edited(ports: Ports, change: Change[SwitchSlice], fence: Fence) -> dict[str, Port]:
    """``ports`` after an edit that leads from the change's ``before`` to its ``after``."""
    before, after = change.before or SwitchSlice(), change.after or SwitchSlice()
    now, parked = dict(ports), change.resource.spec.parked
    wanted = {edge.port for edge in after.ports}
    for edge in before.ports:
        if edge.port not in wanted:
            now[edge.port] = _parked(edge.port, parked)
    for edge in after.ports:
        if edge not in before.ports:
            now[edge.port] = _edge(now.get(edge.port, Port(edge.port)), edge, fence)
    had, has = ({c.port: c for c in spec.carried} for spec in (before, after))
    for name in sorted(had.keys() | has.keys()):
        ours = has[name].vlans if name in has else ()
        if ours != had.get(name, Carried(name, ())).vlans:
            now[name] = _carrying(now.get(name, Port(name)), had.get(name), ours, parked)
    _tunnels(now, before, after)
    return now


def _parked(name: str, parked: int | None) -> Port:
    return Port(name, access=parked or 1)


def _edge(port: Port, edge: EdgePort, fence: Fence) -> Port:
    port = replace(port, description=render_mark(edge.tag, fence), enabled=edge.up, native=None)
    if edge.trunk:
        return replace(port, mode=Mode.TRUNK, access=1, entries=tuple(map(str, edge.trunk)))
    return replace(port, mode=Mode.ACCESS, access=edge.access or 1, entries=())


def _carrying(port: Port, had: Carried | None, vlans: tuple[int, ...], parked: int | None) -> Port:
    gone = entries_within(port.entries, set(had.vlans) - set(vlans)) if had is not None else ()
    entries = () if port.entries is ALL else tuple(entry for entry in port.entries if entry not in gone)
    entries += tuple(str(vlan) for vlan in vlans if vlan not in expand(entries))
    if not entries:
        return replace(port, mode=Mode.ACCESS, access=parked or 1, entries=())
    return replace(port, mode=Mode.TRUNK, access=1, entries=tuple(sorted(entries)))


def _tunnels(now: dict[str, Port], before: SwitchSlice, after: SwitchSlice) -> None:
    keep = {(tunnel.port, tunnel.s_vlan) for tunnel in after.tunnels}
    for tunnel in before.tunnels:
        if (tunnel.port, tunnel.s_vlan) not in keep:
            port = now[tunnel.port]
            now[tunnel.port] = replace(port, tunnels=tuple(t for t in port.tunnels if t.s_vlan != tunnel.s_vlan))
    for tunnel in after.tunnels:
        if tunnel not in before.tunnels:
            port = now.get(tunnel.port, Port(tunnel.port))
            others = tuple(t for t in port.tunnels if t.s_vlan != tunnel.s_vlan)
            now[tunnel.port] = replace(port, tunnels=tuple(sorted((*others, tunnel), key=lambda t: t.s_vlan)))
