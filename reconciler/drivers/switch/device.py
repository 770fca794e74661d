"""A switch as it is configured, in no dialect's words: what transaction, ownership and verification work on.  Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from reconciler.drivers.switch.vlans import Entries
from reconciler.resources.switch import SwitchSlice, Tunnel


class Mode(StrEnum):
    """``TUNNEL``: whatever comes in gets the port's access VLAN as a second tag (port-based QinQ); never asked for."""

    ACCESS = "ACCESS"
    TRUNK = "TRUNK"
    TUNNEL = "TUNNEL"


class PortType(StrEnum):
    ETHERNET = "Ethernet port"
    LAG = "LAG"
    OTHER = "neither an Ethernet port nor a LAG"


@dataclass(frozen=True, slots=True)
class Port:
    """A port as configured, with the vendors' defaults for what is not: up, an access port, in VLAN 1.

    ``entries`` are a trunk's list; only an edit needs their spelling, all else the ids.  ``native`` is the VLAN of a
    trunk's untagged frames.  ``lag`` is the LAG it is a member of: VLANs go on that.  ``mtu`` is None where the
    configuration does not say.
    A tunnel without ``c_vlans`` is one there that does not do what its S-VLAN promises.
    """

    name: str
    description: str = ""
    enabled: bool = True
    mode: Mode = Mode.ACCESS
    access: int = 1
    native: int | None = None
    entries: Entries = ()
    tunnels: tuple[Tunnel, ...] = ()
    type: PortType = PortType.ETHERNET
    lag: str | None = None
    mtu: int | None = None

    @property
    def is_trunk(self) -> bool:
        return self.mode is Mode.TRUNK


Ports: TypeAlias = Mapping[str, Port]


@dataclass(frozen=True, slots=True)
class Device:
    """``vlans`` are the VLAN objects by id, with their names; None where a VLAN needs no object, or is not told of."""

    ports: Ports
    vlans: Mapping[int, str] | None = None


def ports_of(*specs: SwitchSlice | None) -> tuple[str, ...]:
    """Every port that slices have a part in, sorted."""
    names = {edge.port for spec in specs if spec is not None for edge in spec.ports}
    names |= {carried.port for spec in specs if spec is not None for carried in spec.carried}
    return tuple(sorted(names | {tunnel.port for spec in specs if spec is not None for tunnel in spec.tunnels}))
