"""All that one experiment has on one switch: one transaction."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class EdgePort:
    """A port with one of our machines behind it, wholly ours: ``access`` xor ``trunk``, explicit ids, never 1.

    ``tag`` is the owner's mark in the port's description; ``up`` is the administrative state.
    """

    port: str
    tag: str
    access: int | None = None
    trunk: tuple[int, ...] = ()
    up: bool = True


@dataclass(frozen=True, slots=True)
class Carried:
    """VLANs that are ours on a port shared with others (an inter-switch or inter-site trunk); other ids stay.

    ``seen`` is the port's whole list as the switch spells it; only an observation knows it, and it is no part of
    the state: a planner needs it to leave no trunk without a list, which would carry every VLAN.
    """

    port: str
    vlans: tuple[int, ...]
    seen: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Tunnel:
    """802.1ad on a user-facing port: frames tagged ``c_vlans`` get ``s_vlan`` pushed on the way in."""

    port: str
    s_vlan: int
    c_vlans: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SwitchSlice:
    """Every tuple is sorted.  ``parked`` is the access VLAN a released edge port returns to (None: unconfigured)."""

    ports: tuple[EdgePort, ...] = ()
    carried: tuple[Carried, ...] = ()
    tunnels: tuple[Tunnel, ...] = ()
    parked: int | None = None
