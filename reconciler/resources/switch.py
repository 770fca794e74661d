"""All that one experiment has on one switch: one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from reconciler.model.resource import Resource
from reconciler.resources.kind import CarriedTag, Fencing, Kind, Number, Port, ServiceTag, Storage, Use, site_pool
from reconciler.resources.parts import NETWORK_CONFIGURED


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


def _place(resource: Resource[SwitchSlice], states: Iterable[SwitchSlice]) -> Iterator[Use]:
    """Edge ports; the others are shared."""
    for port in sorted({edge.port for state in states for edge in state.ports}):
        yield Port(resource.endpoint.host, port)


def _uses(resource: Resource[SwitchSlice], state: SwitchSlice) -> Iterator[Use]:
    pool, site = site_pool(resource.endpoint), resource.endpoint.host.rpartition(".")[2]
    for edge in state.ports:
        yield from (Number(pool, vlan) for vlan in (edge.trunk if edge.access is None else (edge.access, *edge.trunk)))
    for carried in state.carried:
        yield from (CarriedTag(pool, vlan) for vlan in carried.vlans)
    for tunnel in state.tunnels:
        yield ServiceTag(site, tunnel.s_vlan)
        yield from (Number(pool, vlan) for vlan in tunnel.c_vlans)


def _grows(before: SwitchSlice, after: SwitchSlice) -> bool:
    return not _places(after) <= _places(before)


def _places(spec: SwitchSlice) -> set[tuple[object, ...]]:
    """Where on the switch it is, whatever its ports are like there."""
    carried = {(each.port, vlan) for each in spec.carried for vlan in each.vlans}
    tunnels = {(each.port, each.s_vlan, vlan) for each in spec.tunnels for vlan in each.c_vlans}
    return {(edge.port,) for edge in spec.ports} | carried | tunnels


def _make(
    ports: Sequence[Sequence[Any]],
    carried: Sequence[Sequence[Any]],
    tunnels: Sequence[Sequence[Any]],
    parked: int | None,
) -> SwitchSlice:
    return SwitchSlice(
        tuple(EdgePort(port, _tag(tag), access, tuple(trunk), up) for port, tag, access, trunk, up in ports),
        tuple(Carried(port, tuple(vlans)) for port, vlans, *_ in carried),
        tuple(Tunnel(port, s_vlan, tuple(c_vlans)) for port, s_vlan, c_vlans in tunnels),
        parked,
    )


def _tag(text: str) -> str:
    """Rows of earlier programs have the mark's epoch in them, which is no part of what is wanted."""
    return text.rpartition(":")[0] if text.startswith("xr:v1:") and text.count(":") == 5 else text


KIND = Kind(
    name="switch",
    plural="switches",
    spec=SwitchSlice,
    rank=50,
    part=NETWORK_CONFIGURED,
    verified=False,
    claims=True,
    fencing=Fencing.WHILE_PRESENT,
    holding=None,
    place=_place,
    uses=_uses,
    grows=_grows,
    takes_carried=False,
    says_of_carrier=None,
    replaced_by_hand=None,
    derive=None,
    storage=Storage((("ports", "carried", "tunnels", "parked"),), _make, {}),
)
