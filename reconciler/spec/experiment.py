"""The Experiment document: what somebody wants."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from reconciler.spec.document import Document, Strict
from reconciler.spec.scalars import DeviceName, Duration, Name, Network, SizeMib


class OnExpiry(StrEnum):
    DESTROY = "destroy"
    KEEP = "keep"


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
    MANAGED = "managed"


class Lifetime(Strict):
    walltime: Duration
    """Counted from the first apply."""
    on_expiry: OnExpiry = OnExpiry.DESTROY


class NodeGroup(Strict):
    name: Name
    site: Name
    cluster: Name | None = None
    nodes: tuple[DeviceName, ...] | None = None
    """These nodes and no others; `count` is then their number."""
    count: int | None = Field(default=None, ge=0, le=10_000)
    min_ready: int | None = Field(default=None, ge=0, le=10_000)
    """With at least so many nodes imaged the experiment goes on without the others; all of them by default."""
    spares: int = Field(default=0, ge=0, le=1000)
    """Nodes reserved and imaged beyond `count`, to take the place of those that fail."""
    image: Name | None = None
    """An Environment; without one the nodes are taken as they are."""
    networks: tuple[Name, ...] = ()
    """Networks the nodes themselves join, one interface each."""
    roles: tuple[Name, ...] = ()


class NetworkSpec(Strict):
    name: Name
    kind: NetworkKind
    sites: tuple[Name, ...] = Field(min_length=1)
    dhcp: Dhcp = Dhcp.NONE
    addresses: Network | None = None
    """Range the VMs' addresses are leased from, inside the space of one of the sites; the site's free ones by default."""
    gateway: bool = True
    """Whether guests are told the site's gateway (never on a `local` or `global` network)."""


class VmGroup(Strict):
    name: Name
    count: int | None = Field(default=None, ge=0, le=1_000_000)
    """May be left out with `placement: perHost`."""
    on: Name
    """The node group that hosts them."""
    placement: Placement = Placement.SPREAD
    per_host: int | None = Field(default=None, ge=1, le=10_000)
    seed: int = Field(default=0, ge=0, le=2**31)
    image: Name
    """A DiskImage."""
    vcpus: int = Field(default=1, ge=1, le=512)
    memory: SizeMib
    networks: tuple[Name, ...] = Field(min_length=1, max_length=8)
    roles: tuple[Name, ...] = ()


class ExperimentSpec(Strict):
    lifetime: Lifetime | None = None
    nodes: tuple[NodeGroup, ...] = ()
    networks: tuple[NetworkSpec, ...] = ()
    vms: tuple[VmGroup, ...] = ()


class Experiment(Document):
    """What somebody wants: nodes with an image, VMs, networks, for a time."""

    kind: Literal["Experiment"]
    spec: ExperimentSpec
