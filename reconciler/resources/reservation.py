"""Nodes held by one node group: rows under a constraint."""

from __future__ import annotations

from dataclasses import dataclass

from reconciler.resources.kind import Fencing, Held, Holding, Kind, Storage, nothing, nowhere
from reconciler.resources.parts import ADDRESSES_LEASED


@dataclass(frozen=True, slots=True)
class Reservation:
    """Nodes held by one node group, by endpoint name (``griffon-12.nancy``), sorted."""

    nodes: tuple[str, ...]


KIND = Kind(
    name="reservation",
    plural="reservations",
    spec=Reservation,
    rank=10,
    part=ADDRESSES_LEASED,
    verified=False,
    claims=True,
    fencing=Fencing.ALWAYS,
    holding=Holding(
        held=lambda spec: Held(nodes=spec.nodes),
        read=lambda held: Reservation(held.nodes),
        render=lambda spec: f"{len(spec.nodes)} node{'' if len(spec.nodes) == 1 else 's'}: {', '.join(spec.nodes)}",
    ),
    place=nowhere,
    uses=nothing,
    grows=lambda before, after: not set(after.nodes) <= set(before.nodes),
    takes_carried=False,
    says_of_carrier=None,
    replaced_by_hand=None,
    derive=None,
    storage=Storage((("nodes",),), lambda nodes: Reservation(tuple(nodes)), {}),
)
