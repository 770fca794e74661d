"""Two sites, as the real thing: NETCONF servers, Open vSwitch behind each, hosts, and a backbone between them.

Lille has two switches with a cable between them, and a machine with tagged guests; Nancy has one.  The customer port
of each site is cabled to a port of the same switch, its provider port to the other site.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from reconciler.transport.netconf import NetconfPool
from tests.drivers.switch.openconfig.simulator import Driver, driver_on
from tests.live.switch.agent import Agent, mirror
from tests.live.switch.netconfd import Netconfd, give_ports, netconfd
from tests.live.switch.ovs import WAN_MTU, Bench, Host, OvsSwitch, bench

PRODUCTION = 100
PORTS = {
    "sw-1.lille": ("h1", "h2", "d0", "link"),
    "sw-2.lille": ("h3", "link", "up", "uni", "wan"),
    "sw-1.nancy": ("h4", "h5", "up", "uni", "wan"),
}


@dataclass(frozen=True, slots=True)
class Sites:
    """``hosts`` by name: ``h1`` … ``h5`` at the ports of that name, ``vm1`` and ``vm2`` tagged behind d0 (701, 702)."""

    driver: Driver
    servers: dict[str, Netconfd]
    switches: dict[str, OvsSwitch]
    agents: dict[str, Agent]
    hosts: dict[str, Host]


@contextmanager
def sites(models: Path) -> Iterator[Sites]:
    """Start all of it, every port in the production VLAN; nothing is left afterwards."""
    with ExitStack() as stack:
        room = stack.enter_context(bench())
        names = dict(zip(PORTS, ("l1", "l2", "n1"), strict=True))
        switches = {host: room.switch(short) for host, short in names.items()}
        hosts = _cables(room, switches)
        servers: dict[str, Netconfd] = {}
        agents: dict[str, Agent] = {}
        for host, ports in PORTS.items():
            servers[host] = stack.enter_context(netconfd(models))
            give_ports(servers[host], ports, PRODUCTION)
            agents[host] = stack.enter_context(mirror(servers[host], switches[host], ports, ("wan",)))
        pool = NetconfPool({host: server.contact for host, server in servers.items()})
        stack.callback(pool.close)
        yield Sites(driver_on(pool), servers, switches, agents, hosts)


def _cables(room: Bench, switches: dict[str, OvsSwitch]) -> dict[str, Host]:
    lille, core, nancy = (switches[host] for host in PORTS)
    room.cable(lille, "link", core, "link")
    room.cable(core, "wan", nancy, "wan", mtu=WAN_MTU)
    for switch in (core, nancy):
        room.cable(switch, "up", switch, "uni")
    places = {"h1": lille, "h2": lille, "h3": core, "h4": nancy, "h5": nancy}
    hosts = {name: room.host(name, at, name, f"10.9.0.{n}/24") for n, (name, at) in enumerate(places.items(), 1)}
    machine = room.switch("d0")  # a node whose bridge tags the frames of its guests
    room.cable(machine, "eth1", lille, "d0")
    machine.vsctl("add-port", "br-c", "eth1", "--", "set", "Port", "eth1", "vlan_mode=trunk", "trunks=701,702")
    for n, vlan in ((1, 701), (2, 702)):
        hosts[f"vm{n}"] = room.host(f"vm{n}", machine, f"vif{n}", f"10.9.0.1{n}/24")
        machine.vsctl("add-port", "br-c", f"vif{n}", "--", "set", "Port", f"vif{n}", "vlan_mode=access", f"tag={vlan}")
    return hosts
