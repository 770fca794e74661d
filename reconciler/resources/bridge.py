"""A bridge on a host, for one VLAN."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bridge:
    """A bridge on a host that joins the domUs of one VLAN to the host's trunk port: ``uplink`` tagged with ``vlan``."""

    name: str
    uplink: str
    vlan: int
