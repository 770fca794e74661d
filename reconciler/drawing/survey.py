"""Experiments, as chosen and wired, become a figure.  Pure; no device is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from reconciler.allocation.allocate import Assignment
from reconciler.compile.wiring import Wiring
from reconciler.drawing.figure import COLOURS, Box, Cable, Figure, Item, Network, Shape
from reconciler.resources.lease import render_ipv4
from reconciler.spec.catalogue import Catalogue
from reconciler.spec.counts import natural
from reconciler.spec.experiment import Experiment, NetworkKind, NetworkSpec
from reconciler.spec.site import Site


@dataclass(frozen=True, slots=True)
class Sketch:
    """One experiment with its choices and its cables."""

    experiment: Experiment
    assignment: Assignment
    wiring: Wiring


def survey(sketches: Sequence[Sketch], catalogue: Catalogue) -> Figure:
    """Everything the experiments use: switches that carry their VLANs, hosts and what is on them, cables."""
    parts = [_Part(sketch, catalogue) for sketch in sketches]
    boxes = _unite(box for part in parts for box in part.boxes())
    cables: dict[tuple[str, str], set[str]] = {}
    for part in parts:
        for cable in part.cables():
            cables.setdefault((cable.upper, cable.lower), set()).update(cable.networks)
    return Figure(
        ", ".join(sketch.experiment.metadata.name for sketch in sketches),
        describe_networks([(sketch.experiment, sketch.assignment) for sketch in sketches]),
        tuple(sorted(boxes, key=_place)),
        tuple(Cable(*ends, tuple(sorted(keys))) for ends, keys in sorted(cables.items(), key=_cable_place)),
    )


def _place(box: Box) -> tuple[object, ...]:
    return (box.site, list(Shape).index(box.shape), natural(box.name))


def _cable_place(cable: tuple[tuple[str, str], set[str]]) -> tuple[object, ...]:
    return tuple(natural(end) for end in cable[0])


def _unite(boxes: Iterable[Box]) -> list[Box]:
    """A switch that several experiments use is one box with the lines of all."""
    found: dict[str, Box] = {}
    for box in boxes:
        before = found.get(box.name)
        items = box.items if before is None else (*before.items, *box.items)
        found[box.name] = Box(box.name, box.shape, box.site, box.title, tuple(dict.fromkeys(items)))
    return list(found.values())


class _Part:
    """One experiment's part of the figure.  Devices are called by endpoint name: ``sw-1.lille``."""

    def __init__(self, sketch: Sketch, catalogue: Catalogue) -> None:
        self.experiment, self.assignment, self.wiring = sketch.experiment, sketch.assignment, sketch.wiring
        self.sites = catalogue.sites
        self.by_id = {
            item: network_key(self.experiment, name) for name, ids in self.assignment.ids.items() for item in ids
        }
        self.carried = {
            (switch, carried.port): carried.vlans
            for switch, slice_ in self.wiring.slices.items()
            for carried in slice_.spec.carried
        }

    def boxes(self) -> Iterator[Box]:
        for switch in self.wiring.slices:
            name, _, site = switch.rpartition(".")
            yield Box(switch, Shape.SWITCH, site, name, tuple(self._tunnels(switch)))
        for site in self._used_sites():
            if self._routed(site):
                yield Box(f"router.{site}", Shape.ROUTER, site, "router")
            backbone = self.sites[site].spec.wan
            if backbone is not None and self._on_backbone(site):
                yield Box(f"backbone {backbone.backbone}", Shape.BACKBONE, "", backbone.backbone)
            if any(True for _ in self._sharing(site)):
                yield Box(f"shared.{site}", Shape.SHARED, site, "production network")
        yield from self._hosts()

    def cables(self) -> Iterator[Cable]:
        for switch in self.wiring.slices:
            yield from self._edge_cables(switch)
        for site in self._used_sites():
            yield from self._core_cables(site)
            if self._routed(site):
                router = self.sites[site].spec.router
                assert router is not None  # noqa: S101 - _routed says so; for the type checker
                yield Cable(f"{router.switch}.{site}", f"router.{site}", self._routed(site))
            wan = self.sites[site].spec.wan
            if wan is not None and self._on_backbone(site):
                yield Cable(f"backbone {wan.backbone}", f"{wan.switch}.{site}", self._on_backbone(site))
            for host, networks in self._sharing(site):
                yield Cable(f"shared.{site}", host, networks)

    # -- hosts ---------------------------------------------------------------------------------

    def _hosts(self) -> Iterator[Box]:
        guests: dict[str, Counter[str]] = {}
        for vm, host in self.assignment.homes.items():
            guests.setdefault(host, Counter())[vm.rpartition("-")[0]] += 1
        groups = {vms.name: vms for vms in self.experiment.spec.vms}
        for group in self.experiment.spec.nodes:
            in_use = set(self.assignment.hosts[group.name])
            for node in self.assignment.nodes[group.name]:
                what = [Item(f"image {group.image}" if group.image else "as it is", self._keys(group.networks))]
                for name, count in sorted(guests.get(node, Counter()).items()):
                    vms = groups[name]
                    size = f"{vms.memory} MiB, {vms.vcpus} vCPU"
                    what.append(Item(f"{name} ×{count}  ({size})", self._keys(vms.networks)))
                if node not in in_use:
                    what.append(Item("spare"))
                yield Box(node, Shape.HOST, group.site, node.rpartition(".")[0], tuple(what))

    def _keys(self, networks: Iterable[str]) -> tuple[str, ...]:
        return tuple(network_key(self.experiment, name) for name in networks)

    def _sharing(self, site: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The hosts of a site that are on its production network for the sake of their VMs."""
        shared = {n.name for n in self.experiment.spec.networks if n.kind is NetworkKind.SHARED}
        found: dict[str, set[str]] = {}
        for host, network in self.wiring.attachments:
            if network in shared and host.rpartition(".")[2] == site:
                found.setdefault(host, set()).add(network)
        for host, names in sorted(found.items()):
            yield host, self._keys(sorted(names))

    # -- switches ------------------------------------------------------------------------------

    def _used_sites(self) -> list[str]:
        return sorted(
            {group.site for group in self.experiment.spec.nodes} | {s.rpartition(".")[2] for s in self.wiring.slices}
        )

    def _networks(self, pool: str, ids: Iterable[int]) -> tuple[str, ...]:
        return tuple(sorted({self.by_id[pool, number] for number in ids if (pool, number) in self.by_id}))

    def _on_port(self, site: str, switch: str, port: str) -> tuple[str, ...]:
        return self._networks(f"vlan:{site}", self.carried.get((f"{switch}.{site}", port), ()))

    def _edge_cables(self, switch: str) -> Iterator[Cable]:
        site = switch.rpartition(".")[2]
        behind = _behind(self.sites[site], switch.rpartition(".")[0])
        for port in self.wiring.slices[switch].spec.ports:
            ids = port.trunk if port.access is None else (port.access,)
            yield Cable(switch, f"{behind[port.port]}.{site}", self._networks(f"vlan:{site}", ids))

    def _core_cables(self, site: str) -> Iterator[Cable]:
        """The links that carry a VLAN of ours on both of their ends, and the one towards the tunnel."""
        for link in self.sites[site].spec.links:
            near, far = link.between
            ends = [self._end(site, socket.switch, socket.port) for socket in (near, far)]
            networks = tuple(sorted(set(ends[0]) & set(ends[1])))
            if networks and near.switch != far.switch:
                upper, lower = sorted((near.switch, far.switch), key=natural)
                yield Cable(f"{upper}.{site}", f"{lower}.{site}", networks)

    def _end(self, site: str, switch: str, port: str) -> tuple[str, ...]:
        slice_ = self.wiring.slices.get(f"{switch}.{site}")
        tunnels = [t for t in slice_.spec.tunnels if t.port == port] if slice_ is not None else []
        inner = self._networks(f"vlan:{site}", (number for tunnel in tunnels for number in tunnel.c_vlans))
        return (*self._on_port(site, switch, port), *inner)

    def _tunnels(self, switch: str) -> Iterator[Item]:
        site = switch.rpartition(".")[2]
        for tunnel in self.wiring.slices[switch].spec.tunnels:
            inner = ", ".join(map(str, tunnel.c_vlans))
            yield Item(f"QinQ: VLAN {inner} in S-VLAN {tunnel.s_vlan}", self._networks(f"vlan:{site}", tunnel.c_vlans))

    def _routed(self, site: str) -> tuple[str, ...]:
        router = self.sites[site].spec.router
        return self._on_port(site, router.switch, router.port) if router is not None else ()

    def _on_backbone(self, site: str) -> tuple[str, ...]:
        wan = self.sites[site].spec.wan
        if wan is None:
            return ()
        return self._networks(f"stag:{wan.backbone}", self.carried.get((f"{wan.switch}.{site}", wan.port), ()))


def _behind(site: Site, switch: str) -> dict[str, str]:
    """The node at each port of a switch."""
    return {
        interface.port: node.name
        for node in site.spec.nodes
        for interface in node.interfaces
        if interface.switch == switch and interface.port is not None
    }


def network_key(experiment: Experiment, network: str) -> str:
    return f"{experiment.metadata.name}/{network}"


def describe_networks(parts: Sequence[tuple[Experiment, Assignment]]) -> tuple[Network, ...]:
    """The networks of all experiments, in the order of their documents."""
    found = [(e, network, assignment) for e, assignment in parts for network in e.spec.networks]
    return tuple(
        Network(
            network_key(experiment, network.name),
            network.name if len(parts) == 1 else network_key(experiment, network.name),
            COLOURS[index % len(COLOURS)],
            tuple(_details(network, assignment)),
        )
        for index, (experiment, network, assignment) in enumerate(found)
    )


def _details(network: NetworkSpec, assignment: Assignment) -> Iterator[str]:
    yield f"{network.kind} at {', '.join(network.sites)}"
    places: dict[str, list[str]] = {}
    for pool, number in sorted(assignment.ids.get(network.name, ()), reverse=True):
        sort, _, place = pool.partition(":")
        places.setdefault(f"S-VLAN {number} on" if sort == "stag" else f"VLAN {number} at", []).append(place)
    yield from (f"{what} {', '.join(sorted(where))}" for what, where in places.items())
    if network.addresses is not None:
        yield f"range {network.addresses}"
    runs = sorted(assignment.leases.get(network.name, ()), key=lambda run: run.first)
    if runs:
        first, last = runs[0].first, max(run.first + run.count - 1 for run in runs)
        yield f"{sum(run.count for run in runs)} leased: {render_ipv4(first)} to {render_ipv4(last)}"
