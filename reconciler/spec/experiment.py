"""The Experiment document: what somebody wants."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from reconciler.spec.document import Document, Strict
from reconciler.spec.scalars import DeviceName, Duration, Name, Network, SizeMib


class OnExpiry(StrEnum):
    DESTROY = "destroy"
    """Everything is given back when the time is over."""
    KEEP = "keep"
    """It stays until somebody destroys it."""


class Placement(StrEnum):
    SPREAD = "spread"
    """The host with the fewest VMs of this experiment next."""
    PACK = "pack"
    """Fill a host before taking the next."""
    PER_HOST = "perHost"
    """Exactly `perHost` on every host."""
    RANDOM = "random"
    """Drawn from `seed`: the same file, the same hosts."""


class NetworkKind(StrEnum):
    LOCAL = "local"
    """A VLAN of its own at one site; nothing else reaches it."""
    ROUTED = "routed"
    """A VLAN of its own at one site, with the site's router on it."""
    GLOBAL = "global"
    """One L2 over several sites, carried between them in an S-VLAN of its own."""
    SHARED = "shared"
    """The site's production network: addresses are leased, no port is touched, nothing is isolated."""


class Dhcp(StrEnum):
    NONE = "none"
    """Guests are told their address on the kernel's command line."""
    MANAGED = "managed"
    """A DHCP scope of its own tells guests their address."""


class LifetimeSpec(Strict):
    """For how long."""

    walltime: Duration
    """Counted from the first apply."""
    on_expiry: OnExpiry = OnExpiry.DESTROY
    """What happens when the walltime is over."""


class NodeGroup(Strict):
    """Nodes of one site with the same image and the same networks."""

    name: Name
    """What VM groups call it in `on`."""
    site: Name
    """The Site they are taken from."""
    cluster: Name | None = None
    """Only nodes of this cluster; any of the site when left out."""
    nodes: tuple[DeviceName, ...] | None = None
    """These nodes and no others; `count` is then their number."""
    count: int | None = Field(default=None, ge=0, le=10_000)
    """How many nodes."""
    min_ready: int | None = Field(default=None, ge=0, le=10_000)
    """With at least so many nodes imaged the experiment goes on without the others; all of them by default."""
    spares: int = Field(default=0, ge=0, le=1000)
    """Nodes reserved and imaged beyond `count`, to take the place of those that fail."""
    image: Name | None = None
    """An Environment; without one the nodes are taken as they are."""
    networks: tuple[Name, ...] = ()
    """Networks the nodes themselves join, one interface each."""
    roles: tuple[Name, ...] = ()
    """What they are for; selectors and inventories show it."""


class NetworkSpec(Strict):
    """One layer-2 network and the range its members' addresses come from."""

    name: Name
    """What groups call it in `networks`."""
    kind: NetworkKind
    """How far it reaches."""
    sites: tuple[Name, ...] = Field(min_length=1)
    """Where it is; several only for `global` and `shared`."""
    dhcp: Dhcp = Dhcp.NONE
    """How guests learn their address."""
    addresses: Network | None = None
    """Where VMs' addresses are leased from, inside the space of one of the sites; by default the first site's own."""
    gateway: bool = True
    """Whether guests are told the site's gateway (never on a `local` or `global` network)."""


class VmGroup(Strict):
    """VMs of one sort, named `<group>-0`, `<group>-1`, …"""

    name: Name
    """The VMs' names begin with it."""
    count: int | None = Field(default=None, ge=0, le=1_000_000)
    """How many VMs; may be left out with `placement: perHost`."""
    on: Name
    """The node group that hosts them."""
    placement: Placement = Placement.SPREAD
    """Which VM goes to which host."""
    per_host: int | None = Field(default=None, ge=1, le=10_000)
    """How many VMs on each host, with `placement: perHost`."""
    seed: int = Field(default=0, ge=0, le=2**31)
    """What `placement: random` is drawn from."""
    image: Name
    """A DiskImage."""
    vcpus: int = Field(default=1, ge=1, le=512)
    """Virtual processors of each VM."""
    memory: SizeMib
    """Memory of each VM, with its unit: `512MiB`, `4GiB`."""
    networks: tuple[Name, ...] = Field(min_length=1, max_length=8)
    """One interface on each of these, in this order."""
    roles: tuple[Name, ...] = ()
    """What they are for; selectors and inventories show it."""


class ExperimentSpec(Strict):
    """Nodes, networks and VMs."""

    project: Name | None = None
    """Whose quota what it holds counts against."""
    lifetime: LifetimeSpec | None = None
    """How long it is wanted; without it until it is destroyed."""
    nodes: tuple[NodeGroup, ...] = ()
    """Groups of nodes."""
    networks: tuple[NetworkSpec, ...] = ()
    """Networks between VMs and nodes."""
    vms: tuple[VmGroup, ...] = ()
    """Groups of virtual machines."""


class Experiment(Document):
    """What somebody wants: nodes with an image, VMs, networks, for a time."""

    kind: Literal["Experiment"]
    """What the document is."""
    spec: ExperimentSpec
    """What is wanted."""
