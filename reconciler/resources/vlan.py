"""VLAN ids held by one network: rows under a constraint."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Vlan:
    """The ids one network holds: a C-VLAN id at each of its sites and, over several sites, one S-VLAN id.

    ``ids`` are (pool, id), pools being ``vlan:<site>`` and ``stag:<backbone>``, sorted.
    """

    ids: tuple[tuple[str, int], ...]
