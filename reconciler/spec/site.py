"""The Site document: what exists at one place, how it is cabled, which part of it is lent, and how it is reached."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from reconciler.spec.document import Document, Strict
from reconciler.spec.scalars import DeviceName, Ipv4, Mac, Name, Network, PortName, SizeMib, SshPort, VlanId, VlanIds


class Access(StrEnum):
    DIRECT = "direct"
    LAB = "lab"


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

    driver: Literal["kadeploy", "none"] = "kadeploy"
    url: str | None = Field(default=None, pattern=r"^https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?$")
    """Base URL of the Kadeploy REST server; may be left out with `access: lab`."""
    user: str = Field(default="root", pattern=r"^[a-z_][a-z0-9_-]{0,31}$")
    """The user we deploy as."""
    header_prefix: str = Field(default="X-Kadeploy-", pattern=r"^X-[A-Za-z-]{1,40}$")
    """Prefix of the header that names the user; `X-Remote-` style on some sites."""


class SshAccess(Strict):
    """How devices of one sort are logged in to."""

    user: str = Field(default="root", pattern=r"^[a-z_][a-z0-9_-]{0,31}$")
    port: SshPort = 22
    identity_file: str | None = None
    """Path of the private key; no agent and no default key is ever tried."""


class AddressRange(Strict):
    name: Name
    range: Network
    scheme: Scheme = Scheme.LEASE


class AddressSpace(Strict):
    space: Network
    """All VM addresses of the site."""
    gateway: Ipv4 | None = None
    ranges: tuple[AddressRange, ...] = ()
    """Which part belongs to which scheme; none listed means all of it is leased by this tool."""


class VlanSpace(Strict):
    """VLAN ids that this site lends to experiments, by kind of network."""

    production: VlanId | None = None
    """The VLAN a released port returns to; none: the port's configuration is removed."""
    local: VlanIds | None = None
    routed: VlanIds | None = None
    global_: VlanIds | None = Field(default=None, alias="global")


class Interface(Strict):
    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,10}$")
    mac: Mac | None = None
    ip: Ipv4 | None = None
    bridge: str | None = Field(default=None, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,14}$")
    """The host bridge this interface is a port of, when it is in one access VLAN."""
    switch: DeviceName | None = None
    port: PortName | None = None
    management: bool = False
    """Never touched: we reach the node through it."""


class Node(Strict):
    name: DeviceName
    cluster: Name
    address: str | None = Field(default=None, pattern=r"^[A-Za-z0-9.-]{1,253}$")
    """Where SSH answers; the fully qualified name when left out."""
    port: SshPort | None = None
    host_key: str | None = Field(default=None, pattern=r"^[a-z0-9@.-]+ [A-Za-z0-9+/=]+$")
    """The pinned public host key (`ssh-ed25519 AAAA…`); without it the node is not contacted."""
    cores: int = Field(default=1, ge=1, le=4096)
    memory: SizeMib = 1024
    hvm: bool = False
    """Whether the processors have hardware virtualisation, and it is on."""
    deployable: bool = True
    interfaces: tuple[Interface, ...] = ()


class Switch(Strict):
    name: DeviceName
    dialect: Literal["openconfig"] = "openconfig"
    address: str | None = Field(default=None, pattern=r"^[A-Za-z0-9.-]{1,253}$")
    port: SshPort | None = None
    host_key: str | None = Field(default=None, pattern=r"^[a-z0-9@.-]+ [A-Za-z0-9+/=]+$")
    managed: bool = True
    """False for a switch that exists and is not ours to configure."""


class Socket(Strict):
    """One end of a cable."""

    switch: DeviceName
    port: PortName


class Link(Strict):
    """A cable between two switches of the site; it carries the VLANs of networks on both sides of it."""

    between: tuple[Socket, Socket]


class Wan(Strict):
    """Where the site joins a backbone that carries 802.1ad frames to other sites."""

    backbone: Name
    """Sites that name the same backbone are joined by it and share its S-VLAN ids."""
    switch: DeviceName
    customer_port: PortName
    """The port whose C-tagged frames get an S-tag pushed; cabled to a port of a site switch by a `links` entry."""
    port: PortName
    """The port towards the backbone; carries S-tagged frames."""
    s_vlans: VlanIds
    """S-VLAN ids lent on this backbone; the sites' lists are intersected."""


class SiteSpec(Strict):
    domain: str = Field(pattern=r"^[a-z0-9.-]{1,200}$")
    """Suffix of the nodes' fully qualified names."""
    access: Access = Access.DIRECT
    """`lab`: where devices answer is asked of the running lab, not of this file."""
    deployer: DeployerAccess = DeployerAccess()
    hosts: SshAccess = SshAccess()
    switch_access: SshAccess = SshAccess(port=830)
    addresses: AddressSpace
    vlans: VlanSpace = VlanSpace()
    nodes: tuple[Node, ...]
    switches: tuple[Switch, ...] = ()
    links: tuple[Link, ...] = ()
    wan: Wan | None = None


class Site(Document):
    """What exists at one place, how it is reached, and which part of it is lent to experiments."""

    kind: Literal["Site"]
    spec: SiteSpec
