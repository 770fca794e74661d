"""The thin slice: a real Xen node and two plain hosts at the ports of a switch that a real NETCONF server sets.

x1 eth1 ── Ethernet1 ┐
insider ── Ethernet2 ├─ sw-1: netconfd decides, Open vSwitch forwards
outsider ─ Ethernet3 ┘
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.live.switch.agent import Agent, mirror
from tests.live.switch.netconfd import Netconfd, give_ports, netconfd
from tests.live.switch.ovs import Host, OvsSwitch, bench
from tests.live.xen.build import Image
from tests.live.xen.node import TRUNK_MAC, Node, running_node
from tests.live.xen.rootfs import GUEST_KERNEL, GUEST_RAMDISK
from tests.live.xen.tap import Tap

SITE = "live"
PRODUCTION = 100
VLANS = range(701, 705)
TRUNK, INSIDE, OUTSIDE = PORTS = ("Ethernet1", "Ethernet2", "Ethernet3")
INSIDER_IP, OUTSIDER_IP = "10.77.0.251", "10.77.0.252"
LENGTH = 16
"""All addresses are of one subnet: who cannot reach whom is a matter of VLANs alone."""


@dataclass(frozen=True, slots=True)
class Slice:
    """All of it, up and in the production VLAN; nothing of any experiment is there."""

    node: Node
    server: Netconfd
    switch: OvsSwitch
    agent: Agent
    insider: Host
    outsider: Host

    def documents(self) -> str:
        """Site and DiskImage: everything a user's file needs beside its Experiment."""
        return f"{self.site()}---\n{disk_image()}"

    def site(self) -> str:
        """The Site document of what is here.  Nothing deploys: the nodes are taken as they are."""
        switch, node = self.server.contact, self.node
        return f"""\
apiVersion: reconciler/v1alpha1
kind: Site
metadata: {{name: {SITE}}}
spec:
  domain: live.test
  deployer: {{driver: none}}
  hosts: {{user: root, identityFile: {node.keys.identity_file}}}
  switchAccess: {{user: {switch.user}, identityFile: {switch.identity_file}}}
  addresses:
    space: 10.77.0.0/{LENGTH}
    ranges:
      - {{name: leases, range: 10.77.1.0/24, scheme: lease}}
  vlans: {{production: {PRODUCTION}, local: {VLANS[0]}-{VLANS[-1]}}}
  nodes:
    - name: {node.name}
      cluster: xen
      address: {node.address}
      port: {node.port}
      hostKey: {node.keys.host_key}
      cores: 4
      memory: 1GiB
      deployable: false
      interfaces:
        - {{name: eth0, management: true}}
        - {{name: eth1, mac: "{TRUNK_MAC}", switch: sw-1, port: {TRUNK}}}
    - name: insider
      cluster: plain
      deployable: false
      interfaces:
        - {{name: eth0, ip: {INSIDER_IP}, switch: sw-1, port: {INSIDE}}}
    - name: outsider
      cluster: plain
      deployable: false
      interfaces:
        - {{name: eth0, ip: {OUTSIDER_IP}, switch: sw-1, port: {OUTSIDE}}}
  switches:
    - {{name: sw-1, address: {switch.address}, port: {switch.port}, hostKey: {switch.host_key}}}
"""


def disk_image() -> str:
    """The guest on the node's image."""
    return f"""\
apiVersion: reconciler/v1alpha1
kind: DiskImage
metadata: {{name: busybox}}
spec:
  kernel: {GUEST_KERNEL}
  ramdisk: {GUEST_RAMDISK}
  arguments: console=hvc0 quiet nokaslr cryptomgr.notests mitigations=off tip={{address}}/{{prefixLength}}
  minMemory: 128MiB
"""


def experiment(name: str = "slice", count: int = 2) -> str:
    """Guests and the insider in one network, the outsider in another."""
    return f"""\
apiVersion: reconciler/v1alpha1
kind: Experiment
metadata: {{name: {name}}}
spec:
  nodes:
    - {{name: hosts, site: {SITE}, nodes: [x1]}}
    - {{name: inside, site: {SITE}, nodes: [insider], networks: [lan]}}
    - {{name: outside, site: {SITE}, nodes: [outsider], networks: [other]}}
  networks:
    - {{name: lan, kind: local, sites: [{SITE}]}}
    - {{name: other, kind: local, sites: [{SITE}]}}
  vms:
    - {{name: web, count: {count}, on: hosts, image: busybox, memory: 128MiB, networks: [lan]}}
"""


@contextmanager
def running_slice(image: Image, models: Path) -> Iterator[Slice]:
    """Start it all; nothing is left afterwards.  ``models`` is the folder of OpenConfig's models."""
    with ExitStack() as stack:
        room = stack.enter_context(bench())
        switch = room.switch("sw-1")
        insider = room.host("in", switch, INSIDE, f"{INSIDER_IP}/{LENGTH}")
        outsider = room.host("out", switch, OUTSIDE, f"{OUTSIDER_IP}/{LENGTH}")
        node = stack.enter_context(running_node(image, "x1", tap=Tap(switch.namespace, TRUNK)))
        switch.take_device(TRUNK)
        server = stack.enter_context(netconfd(models))
        give_ports(server, PORTS, PRODUCTION)
        agent = stack.enter_context(mirror(server, switch, PORTS))
        yield Slice(node, server, switch, agent, insider, outsider)
