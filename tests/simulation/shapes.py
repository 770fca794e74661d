"""What an experiment is like on the devices, whatever its numbers are: to compare two histories by how they end."""

from __future__ import annotations

from typing import Any

from reconciler.drivers.switch.ownership import parse_mark
from tests.simulation.devices.host import Guest
from tests.simulation.frames import carried, segments
from tests.simulation.world import World

Shape = tuple[Any, ...]


def shape_of(world: World, experiment: str, imaged: bool) -> Shape:
    """Guests with their sizes and whom each of their interfaces hears, nodes with their images, ports that are up."""
    heard = _by_segment(world, experiment)
    guests = tuple(
        (
            guest.domain.name,
            guest.domain.memory_mib,
            guest.domain.vcpu_count,
            guest.domain.state,
            bool(guest.domain.disk),
            tuple(tuple(sorted(heard.get(segment, ()))) for segment in _segments_of(world, name, guest)),
        )
        for name, host in sorted(world.hosts.items())
        for guest in host.guests.values()
        if guest.author == experiment
    )
    held = [name for name, owner in world.truth.nodes.items() if owner == experiment]
    images = tuple(sorted(world.hosts[name].image for name in held)) if imaged else ()
    return tuple(sorted(guests)), len(held), images, _ports(world, experiment)


def _by_segment(world: World, experiment: str) -> dict[Any, set[str]]:
    heard: dict[Any, set[str]] = {}
    for name, host in sorted(world.hosts.items()):
        for guest in host.guests.values():
            if guest.author == experiment:
                for segment in _segments_of(world, name, guest):
                    heard.setdefault(segment, set()).add(guest.domain.name)
    return heard


def _segments_of(world: World, name: str, guest: Guest) -> list[Any]:
    """Where each interface's frames go; None for one that leads nowhere."""
    joined = segments(world.checkers.cables, {n: s.running for n, s in world.switches.items()})
    found = []
    for nic in guest.domain.nics:
        links = [k for k in world.hosts[name].links.values() if k.master == nic.bridge and k.vlan is not None]
        where = world.port_of(name, links[0].parent) if len(links) == 1 else None
        port = world.switches[where[0]].running.get(where[1]) if where is not None else None
        vlan = links[0].vlan if len(links) == 1 else None
        if where is None or port is None or vlan is None or vlan not in carried(port):
            found.append(None)
        else:
            found.append(joined.get((where[0], 0, vlan), (where[0], 0, vlan)))
    return found


def _ports(world: World, experiment: str) -> tuple[bool, int]:
    """Whether a port is up for the experiment, and how many tunnels are its own; placement is sticky, ports follow."""
    ports = [port for switch in world.switches.values() for port in switch.running.values()]
    marks = (parse_mark(port.description) for port in ports if port.enabled)
    own = {number for (pool, number), owner in world.truth.ids.items() if owner == experiment and pool[0] == "s"}
    tunnels = sum(tunnel.s_vlan in own for port in ports for tunnel in port.tunnels)
    return any(mark is not None and mark.owner[1] == experiment for mark in marks), tunnels
