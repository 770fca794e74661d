"""Which port, on which switch, carries which VLAN: from networks and homes to switch slices.  Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from reconciler.allocation.allocate import Assignment
from reconciler.model.diagnostic import Diagnostic
from reconciler.model.errors import SpecError
from reconciler.resources.switch import Carried, EdgePort, SwitchSlice, Tunnel
from reconciler.spec.catalogue import Catalogue
from reconciler.spec.experiment import Experiment, NetworkKind, NetworkSpec, NodeGroup
from reconciler.spec.site import Interface
from reconciler.spec.topology import Hop, Topology


@dataclass(frozen=True, slots=True)
class Attachment:
    """How VMs on a host reach a network: their bridge; for a tagged one its uplink and VLAN; the switch to wait for."""

    bridge: str
    uplink: str = ""
    vlan: int | None = None
    switch: str | None = None


@dataclass(frozen=True, slots=True)
class WiredSlice:
    """A switch's part, and what must be there before it is set: all by name, switches and nodes by endpoint name."""

    spec: SwitchSlice
    networks: frozenset[str]
    groups: frozenset[str]
    imaged_nodes: frozenset[str]
    after: frozenset[str]


@dataclass(frozen=True, slots=True)
class Wiring:
    """``attachments`` by (host, network), ``slices`` by switch; ``imaged`` are the nodes that get an image."""

    attachments: Mapping[tuple[str, str], Attachment]
    slices: Mapping[str, WiredSlice]
    imaged: frozenset[str]


@dataclass(slots=True)
class _Draft:
    """A switch slice while it is put together."""

    access: dict[str, int] = field(default_factory=dict)
    trunk: dict[str, set[int]] = field(default_factory=dict)
    carried: dict[str, set[int]] = field(default_factory=dict)
    tunnels: set[tuple[str, int, int]] = field(default_factory=set)
    networks: set[str] = field(default_factory=set)
    groups: set[str] = field(default_factory=set)
    nodes: set[str] = field(default_factory=set)


def wire(experiment: Experiment, catalogue: Catalogue, assignment: Assignment) -> Wiring:
    """Lay the cables: edge ports for hosts and nodes, shared trunks between switches, tunnels between sites.

    Raises:
        SpecError: a node has too few interfaces, or no cable joins two switches.
    """
    return _Wirer(experiment, catalogue, assignment).run()


class _Wirer:
    def __init__(self, experiment: Experiment, catalogue: Catalogue, assignment: Assignment) -> None:
        self.experiment, self.catalogue, self.assignment = experiment, catalogue, assignment
        self.networks = {network.name: network for network in experiment.spec.networks}
        self.without_id = {
            name for name, n in self.networks.items() if n.kind is not NetworkKind.SHARED and name not in assignment.ids
        }
        self.topologies = {name: Topology(site) for name, site in sorted(catalogue.sites.items())}
        self.drafts: dict[str, _Draft] = {}
        self.attachments: dict[tuple[str, str], Attachment] = {}
        self.members: dict[tuple[str, str], set[str]] = {}
        self.problems: list[Diagnostic] = []

    def run(self) -> Wiring:
        carried = self._networks_by_host()
        for group in self.experiment.spec.nodes:
            for node in self.assignment.hosts[group.name]:
                self._wire_node(group, node, carried.get(node, ()))
        for (network, site), switches in sorted(self.members.items()):
            self._wire_network(self.networks[network], site, switches)
        if self.problems:
            raise SpecError(tuple(dict.fromkeys(self.problems)))
        imaged = frozenset(n for g in self.experiment.spec.nodes if g.image for n in self.assignment.nodes[g.name])
        return Wiring(self.attachments, self._slices(imaged), imaged)

    def _networks_by_host(self) -> dict[str, tuple[str, ...]]:
        """The networks of the VMs on each host, sorted."""
        found: dict[str, set[str]] = {}
        by_group = {vms.name: vms.networks for vms in self.experiment.spec.vms}
        for vm, host in self.assignment.homes.items():
            found.setdefault(host, set()).update(by_group[vm.rpartition("-")[0]])
        return {host: tuple(sorted(networks - self.without_id)) for host, networks in found.items()}

    # -- one node ------------------------------------------------------------------------------

    def _wire_node(self, group: NodeGroup, node: str, vm_networks: tuple[str, ...]) -> None:
        topology = self.topologies[group.site]
        short = node.rpartition(".")[0]
        machine = topology.nodes[short]
        shared = [name for name in vm_networks if self.networks[name].kind is NetworkKind.SHARED]
        free = topology.experiment_interfaces(machine, beside_bridge=bool(shared))
        for name in group.networks:
            if self.networks[name].kind is NetworkKind.SHARED:
                continue
            if not free:
                self._complain("S416", f"node {node} has no free, cabled interface for network {name}")
                return
            interface = free.pop(0)
            if name in self.without_id:
                continue  # the interface is kept for it
            self._edge(group, node, interface, name).access[str(interface.port)] = self._vlan(name, group.site)
            if interface.bridge is not None and name in vm_networks:
                self.attachments[node, name] = Attachment(interface.bridge, switch=f"{interface.switch}.{group.site}")
        for name in shared:
            bridged = topology.bridged_interface(machine)
            self.attachments[node, name] = Attachment((bridged.bridge if bridged else None) or _DEFAULT_BRIDGE)
        tagged = [name for name in vm_networks if (node, name) not in self.attachments]
        if tagged and not free:
            self._complain(
                "S416", f"node {node} has no free, cabled interface for the networks {', '.join(tagged)} of its VMs"
            )
            return
        for name in tagged:
            self._tag(group, node, free[0], name)

    def _tag(self, group: NodeGroup, node: str, interface: Interface, network: str) -> None:
        vlan = self._vlan(network, group.site)
        draft = self._edge(group, node, interface, network)
        draft.trunk.setdefault(str(interface.port), set()).add(vlan)
        switch = f"{interface.switch}.{group.site}"
        self.attachments[node, network] = Attachment(f"xbr{vlan}", interface.name, vlan, switch)

    def _edge(self, group: NodeGroup, node: str, interface: Interface, network: str) -> _Draft:
        draft = self.drafts.setdefault(f"{interface.switch}.{group.site}", _Draft())
        draft.networks.add(network)
        draft.groups.add(group.name)
        draft.nodes.add(node)
        self.members.setdefault((network, group.site), set()).add(str(interface.switch))
        return draft

    # -- one network at one site -----------------------------------------------------------------

    def _wire_network(self, network: NetworkSpec, site: str, switches: set[str]) -> None:
        topology, vlan = self.topologies[site], self._vlan(network.name, site)
        members = set(switches)
        ends: list[Hop] = []
        if len(network.sites) > 1:
            side = topology.wan_side
            if side is None or topology.site.spec.wan is None:
                self._complain("S607", f"site {site} has no cabled wan port for the global network {network.name}")
                return
            members.add(side.switch)
            ends.append(side)
            self._tunnel(network, site, vlan)
        if network.kind is NetworkKind.ROUTED and topology.site.spec.router is not None:
            router = topology.site.spec.router
            members.add(router.switch)
            ends.append(Hop(router.switch, router.port))
        hops = topology.paths(members)
        if hops is None:
            self._complain("S415", f"no cables join the switches {', '.join(sorted(members))} of site {site}")
            return
        for hop in (*sorted(hops, key=lambda hop: (hop.switch, hop.port)), *ends):
            self._carry(network.name, f"{hop.switch}.{site}", hop.port, vlan)

    def _tunnel(self, network: NetworkSpec, site: str, vlan: int) -> None:
        wan = self.topologies[site].site.spec.wan
        if wan is None:
            return
        s_vlan = dict(self.assignment.ids[network.name])[f"stag:{wan.backbone}"]
        switch = f"{wan.switch}.{site}"
        self.drafts.setdefault(switch, _Draft()).tunnels.add((wan.customer_port, s_vlan, vlan))
        self._carry(network.name, switch, wan.port, s_vlan)

    def _carry(self, network: str, switch: str, port: str, vlan: int) -> None:
        draft = self.drafts.setdefault(switch, _Draft())
        draft.carried.setdefault(port, set()).add(vlan)
        draft.networks.add(network)

    def _vlan(self, network: str, site: str) -> int:
        return dict(self.assignment.ids[network])[f"vlan:{site}"]

    def _complain(self, code: str, summary: str) -> None:
        self.problems.append(Diagnostic(code, summary, hint="see the Site document's interfaces, links and wan"))

    # -- the result --------------------------------------------------------------------------------

    def _slices(self, imaged: frozenset[str]) -> dict[str, WiredSlice]:
        cores = {name for name, draft in self.drafts.items() if not draft.nodes}
        return {
            name: WiredSlice(
                self._spec(name, draft),
                frozenset(draft.networks),
                frozenset(draft.groups),
                frozenset(draft.nodes & imaged),
                frozenset(core for core in cores if draft.nodes and core.rpartition(".")[2] == name.rpartition(".")[2]),
            )
            for name, draft in self.drafts.items()
        }

    def _spec(self, switch: str, draft: _Draft) -> SwitchSlice:
        site = switch.rpartition(".")[2]
        experiment = self.experiment.metadata.name
        ports = [EdgePort(p, owner_tag(site, experiment, switch, p), access=v) for p, v in draft.access.items()]
        ports += [
            EdgePort(p, owner_tag(site, experiment, switch, p), trunk=tuple(sorted(v))) for p, v in draft.trunk.items()
        ]
        by_tunnel: dict[tuple[str, int], set[int]] = {}
        for port, s_vlan, c_vlan in draft.tunnels:
            by_tunnel.setdefault((port, s_vlan), set()).add(c_vlan)
        return SwitchSlice(
            tuple(sorted(ports, key=lambda port: port.port)),
            tuple(Carried(port, tuple(sorted(vlans))) for port, vlans in sorted(draft.carried.items())),
            tuple(Tunnel(port, s, tuple(sorted(c))) for (port, s), c in sorted(by_tunnel.items())),
            self.topologies[site].site.spec.vlans.production,
        )


_DEFAULT_BRIDGE = "xenbr0"
"""What Xen's own network scripts call the bridge on the first interface."""


def owner_tag(site: str, experiment: str, switch: str, port: str) -> str:
    """The owner's mark in a port's description, but for the epoch: who sends it adds that of its own acquisition."""
    digest = hashlib.sha256(f"{site}/{experiment}/{switch}/{port}".encode()).hexdigest()
    return f"xr:v1:{site}:{experiment}:{digest[:8]}"
