"""VLAN ids held by one network: rows under a constraint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reconciler.resources.kind import Fencing, Held, Holding, Kind, Storage, nothing, nowhere
from reconciler.resources.number_ranges import NumberRange
from reconciler.resources.parts import ADDRESSES_LEASED


@dataclass(frozen=True, slots=True)
class Vlan:
    """The ids one network holds: a C-VLAN id at each of its sites and, over several sites, one S-VLAN id.

    ``ids`` are (pool, id), pools being ``vlan:<site>`` and ``stag:<backbone>``, sorted.
    """

    ids: tuple[tuple[str, int], ...]


def _held(spec: Vlan) -> Held:
    return Held(numbers=tuple(NumberRange(pool, "", 0, number, 1) for pool, number in spec.ids))


def _read(held: Held) -> Vlan:
    numbers = ((each.pool, each.first + offset) for each in held.numbers for offset in range(each.count))
    return Vlan(tuple(sorted(numbers)))


def _make(ids: Sequence[Sequence[object]]) -> Vlan:
    return Vlan(tuple((str(pool), int(str(number))) for pool, number in ids))


KIND = Kind(
    name="vlan",
    plural="vlans",
    spec=Vlan,
    rank=20,
    part=ADDRESSES_LEASED,
    verified=False,
    claims=True,
    fencing=Fencing.ALWAYS,
    holding=Holding(
        held=_held, read=_read, render=lambda spec: ", ".join(f"{pool} {number}" for pool, number in spec.ids)
    ),
    place=nowhere,
    uses=nothing,
    grows=lambda before, after: not set(after.ids) <= set(before.ids),
    takes_carried=False,
    says_of_carrier=None,
    replaced_by_hand=None,
    derive=None,
    storage=Storage((("ids",),), _make, {}),
)
