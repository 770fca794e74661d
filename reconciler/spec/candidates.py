"""Which nodes of a site can serve a node group, and why the others cannot."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from reconciler.spec.catalogue import Catalogue
from reconciler.spec.environment import GuestMode
from reconciler.spec.experiment import Experiment, NetworkKind, NodeGroup
from reconciler.spec.site import Node, Site
from reconciler.spec.topology import Topology


class Unfit(StrEnum):
    """Why a node cannot serve, as it is put to the user."""

    NOT_DEPLOYABLE = "cannot be imaged (deployable: false)"
    NO_HVM = "have no hardware virtualisation"
    NO_PORT = "have no experiment interface with a known port on a managed switch"


@dataclass(frozen=True, slots=True)
class Needs:
    """What a group asks of each of its nodes; ``sockets`` are interfaces cabled to a switch we may configure.

    ``shared``: VMs use the site's own network too, so the interface that leads there is none of them.
    """

    imaging: bool
    hvm: bool
    sockets: int
    shared: bool = False


def needs_of(experiment: Experiment, group: NodeGroup, catalogue: Catalogue) -> Needs:
    """What the image, the networks and the VMs of a group ask of its nodes."""
    isolated = {n.name for n in experiment.spec.networks if n.kind is not NetworkKind.SHARED}
    hosted = [vms for vms in experiment.spec.vms if vms.on == group.name]
    images = [catalogue.disk_images.get(vms.image) for vms in hosted]
    joined = isolated.intersection(group.networks)
    carried = isolated.intersection(name for vms in hosted for name in vms.networks)
    return Needs(
        imaging=group.image is not None,
        hvm=any(image is not None and image.spec.mode is GuestMode.HVM for image in images),
        # One interface for each network that the nodes join, and one that carries all others, tagged, to the VMs.
        sockets=len(joined) + bool(carried - joined),
        shared=any(name not in isolated for vms in hosted for name in vms.networks),
    )


def candidates(group: NodeGroup, site: Site) -> tuple[Node, ...]:
    """The nodes that a group names, or those of its cluster or site; fit or not."""
    if group.nodes is not None:
        named = set(group.nodes)
        return tuple(node for node in site.spec.nodes if node.name in named)
    return tuple(node for node in site.spec.nodes if group.cluster in (None, node.cluster))


def unfitness(node: Node, group: NodeGroup, needs: Needs, topology: Topology) -> Unfit | None:
    """Why a node cannot serve the group; None when it can."""
    if not node.deployable and (needs.imaging or group.nodes is None):
        return Unfit.NOT_DEPLOYABLE
    if needs.hvm and not node.hvm:
        return Unfit.NO_HVM
    if needs.sockets and len(usable_interfaces(node, topology, shared=needs.shared)) < needs.sockets:
        return Unfit.NO_PORT
    return None


def usable_interfaces(node: Node, topology: Topology, *, shared: bool) -> tuple[str, ...]:
    """Names of the interfaces that an isolated network can be brought to."""
    switches = topology.switches
    return tuple(
        interface.name
        for interface in topology.experiment_interfaces(node, beside_bridge=shared)
        if interface.switch in switches and switches[interface.switch].managed
    )


def fit_nodes(experiment: Experiment, group: NodeGroup, catalogue: Catalogue) -> tuple[Node, ...]:
    """The nodes that can serve the group, in the site's order; what is free among them is another question."""
    site = catalogue.sites[group.site]
    needs, topology = needs_of(experiment, group, catalogue), Topology(site)
    return tuple(node for node in candidates(group, site) if unfitness(node, group, needs, topology) is None)
