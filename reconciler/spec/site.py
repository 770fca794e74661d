"""The Site document: what exists at one place, how it is cabled, which part of it is lent, and how it is reached."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from reconciler.spec.document import Document, Strict
from reconciler.spec.scalars import (
    BridgeName,
    DeployerUrl,
    DeviceName,
    DomainSuffix,
    DriverName,
    HeaderPrefix,
    HostKey,
    HostName,
    InterfaceName,
    Ipv4,
    Mac,
    Name,
    Network,
    PortName,
    SecretReference,
    ServiceUrl,
    SizeMib,
    SshPort,
    UserName,
    VlanId,
    VlanIds,
)


class Access(StrEnum):
    DIRECT = "direct"
    """Devices answer where this file says."""
    LAB = "lab"
    """Devices are the running lab's, which says where they answer."""


class Scheme(StrEnum):
    """Who gives out the addresses of a range."""

    LEASE = "lease"
    """This tool."""
    SUBNET = "subnet"
    """The site's batch scheduler, as blocks (OAR's slash_NN)."""
    DHCP = "dhcp"
    """The site's DHCP server, by random MAC."""
    JOB = "job"
    """Reservations tied to a job."""
    STATIC = "static"
    """People, by agreement."""


class DeployerAccess(Strict):
    """How the site images nodes."""

    driver: DriverName = "kadeploy"
    """The driver that images nodes; `none`: they are taken as they are."""
    url: DeployerUrl | None = None
    """Base URL of the Kadeploy REST server; may be left out with `access: lab`."""
    user: UserName = "root"
    """The user we deploy as."""
    header_prefix: HeaderPrefix = "X-Kadeploy-"
    """Prefix of the header that names the user; `X-Remote-` style on some sites."""
    password: SecretReference | None = None
    """Where the user's password is, for a server that asks for one (HTTP Basic, over https only): `secret://NAME`."""


class ServiceAccess(Strict):
    """A service of the site whose kinds of resource follow from the others: what its driver keeps for each VM, say."""

    driver: DriverName
    """The driver that speaks to it."""
    url: ServiceUrl
    """Where it answers."""
    user: UserName = "root"
    """As whom we talk to it."""
    password: SecretReference | None = None
    """Where its password or key is: `secret://NAME`."""


class SshAccess(Strict):
    """How devices of one sort are logged in to."""

    user: UserName = "root"
    """The user we log in as."""
    port: SshPort = 22
    """The port where no other is given."""
    identity_file: str | None = None
    """Path of the private key; no agent and no default key is ever tried."""


class HostAccess(SshAccess):
    """How nodes are logged in to, and what runs VMs on those that are taken as they are."""

    hypervisor: DriverName = "xen"
    """The driver of nodes whose Environment names no hypervisor of its own, or that have none."""


class AddressRange(Strict):
    """A part of the site's space, and who gives its addresses out."""

    name: Name
    """What messages call it."""
    range: Network
    """The part, inside the space."""
    scheme: Scheme = Scheme.LEASE
    """Who gives its addresses out."""


class AddressSpace(Strict):
    """The site's addresses for VMs."""

    space: Network
    """All VM addresses of the site."""
    gateway: Ipv4 | None = None
    """The router's address in the space; guests of `routed` and `shared` networks are told it."""
    ranges: tuple[AddressRange, ...] = ()
    """Which part belongs to which scheme.  None listed: all of it is leased by this tool; else only what says so."""


class VlanSpace(Strict):
    """VLAN ids that this site lends to experiments, by kind of network."""

    production: VlanId | None = None
    """The VLAN a released port returns to; none: the port's configuration is removed."""
    local: VlanIds | None = None
    """Ids for `local` networks."""
    routed: VlanIds | None = None
    """Ids for `routed` networks."""
    global_: VlanIds | None = Field(default=None, alias="global")
    """Ids for `global` networks."""


class Interface(Strict):
    """A network card, and the switch port its cable goes to."""

    name: InterfaceName
    """As the node's system calls it."""
    mac: Mac | None = None
    """Quote it: all-digit ones are numbers to some readers."""
    ip: Ipv4 | None = None
    """Its own address."""
    bridge: BridgeName | None = None
    """The host bridge this interface is a port of, when it is in one access VLAN."""
    switch: DeviceName | None = None
    """The switch its cable goes to."""
    port: PortName | None = None
    """The port its cable goes to, as the switch calls it."""
    management: bool = False
    """Never touched: we reach the node through it."""


class Node(Strict):
    """A machine that experiments can have."""

    name: DeviceName
    """Its name without the site's domain."""
    cluster: Name
    """Which nodes it is alike."""
    address: HostName | None = None
    """Where SSH answers; the fully qualified name when left out."""
    port: SshPort | None = None
    """The SSH port, where it is not the site's."""
    host_key: HostKey | None = None
    """The pinned public host key (`ssh-ed25519 AAAA…`); without it the node is not contacted."""
    cores: int = Field(default=1, ge=1, le=4096)
    """Processor cores."""
    memory: SizeMib = 1024
    """Memory, dom0's part included."""
    hvm: bool = False
    """Whether the processors have hardware virtualisation, and it is on."""
    deployable: bool = True
    """Whether the deployer may image it."""
    interfaces: tuple[Interface, ...] = ()
    """Its network cards."""


class Switch(Strict):
    """A switch."""

    name: DeviceName
    """What interfaces and links call it."""
    dialect: DriverName = "openconfig"
    """The driver that configures it: the models or commands it speaks."""
    address: HostName | None = None
    """Where NETCONF answers; the fully qualified name when left out."""
    port: SshPort | None = None
    """The NETCONF port, where it is not the site's."""
    host_key: HostKey | None = None
    """The pinned public host key; without it the switch is not contacted."""
    managed: bool = True
    """False for a switch that exists and is not ours to configure."""


class Socket(Strict):
    """One end of a cable."""

    switch: DeviceName
    """The switch."""
    port: PortName
    """Its port."""


class Link(Strict):
    """A cable between two switches of the site; it carries the VLANs of networks on both sides of it."""

    between: tuple[Socket, Socket]
    """Its two ends."""


class Wan(Strict):
    """Where the site joins a backbone that carries 802.1ad frames to other sites."""

    backbone: Name
    """Sites that name the same backbone are joined by it and share its S-VLAN ids."""
    switch: DeviceName
    """The switch that pushes and pops the S-tag."""
    customer_port: PortName
    """The port whose C-tagged frames get an S-tag pushed; cabled to a port of a site switch by a `links` entry."""
    port: PortName
    """The port towards the backbone; carries S-tagged frames."""
    s_vlans: VlanIds
    """S-VLAN ids lent on this backbone; the sites' lists are intersected."""


class SiteSpec(Strict):
    """Nodes, switches, cables, addresses and VLAN ids of one place."""

    domain: DomainSuffix
    """Suffix of the nodes' fully qualified names."""
    access: Access = Access.DIRECT
    """`lab`: where devices answer is asked of the running lab, not of this file."""
    deployer: DeployerAccess = DeployerAccess()
    """How nodes are imaged."""
    services: tuple[ServiceAccess, ...] = ()
    """Further services, one of a driver."""
    hosts: HostAccess = HostAccess()
    """How nodes are logged in to."""
    switch_access: SshAccess = SshAccess(port=830)
    """How switches are logged in to."""
    addresses: AddressSpace
    """Addresses for VMs."""
    vlans: VlanSpace = VlanSpace()
    """VLAN ids for networks."""
    nodes: tuple[Node, ...]
    """All nodes."""
    switches: tuple[Switch, ...] = ()
    """All switches that nodes and links name."""
    links: tuple[Link, ...] = ()
    """Cables between switches."""
    router: Socket | None = None
    """The switch port that the site's router hangs on; `routed` networks are carried to it."""
    wan: Wan | None = None
    """Where the site joins a backbone to other sites."""


class Site(Document):
    """What exists at one place, how it is reached, and which part of it is lent to experiments."""

    kind: Literal["Site"]
    """What the document is."""
    spec: SiteSpec
    """The place."""
