"""The cables between a site's switches, from what both ends say.  Nothing is guessed: what does not fit is left out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from reconciler.importers.g5k.equipment import End, Equipment


@dataclass(frozen=True, slots=True, order=True)
class Plug:
    switch: str
    port: str


Cable = tuple[Plug, Plug]


class Islands:
    """Which switches are joined to each other, while cables are laid."""

    def __init__(self, switches: Collection[str]) -> None:
        self._parents = {switch: switch for switch in switches}

    def head(self, switch: str) -> str:
        while self._parents[switch] != switch:
            switch = self._parents[switch]
        return switch

    def join(self, one: str, other: str) -> bool:
        """Join two switches; False when they were joined already."""
        heads = sorted((self.head(one), self.head(other)))
        self._parents[heads[1]] = heads[0]
        return heads[0] != heads[1]

    def groups(self) -> list[list[str]]:
        found: dict[str, list[str]] = {}
        for switch in sorted(self._parents):
            found.setdefault(self.head(switch), []).append(switch)
        return [found[head] for head in sorted(found)]


def find_cables(equipment: Sequence[Equipment], used: Collection[Plug]) -> tuple[Cable, ...]:
    """The trunks that both ends describe, without rings, sorted.

    Cables in ``access`` mode carry one VLAN of the site's own (administration): they are no way for an experiment.
    ``used`` are the ports with nodes on them.
    """
    ethernet = [item for item in equipment if item.ethernet]
    names = {name: item.name for item in ethernet for name in (*item.aliases, item.name)}
    every = {item.name for item in equipment}
    sides: dict[tuple[str, str], list[End]] = {}
    for item in ethernet:
        for end in item.ends:
            peer = names.get(end.peer, end.peer)
            if peer == item.name:
                end.record.report("I403", f"{item.name} {end.port} leads to {item.name} itself; left out")
            elif peer in names:
                sides.setdefault((item.name, peer), []).append(end)
            elif not end.backbone and peer not in every:
                end.record.report(
                    "I402", f"{item.name} {end.port} leads to {end.peer!r}, which is not described; left out"
                )
    taken, cables = set(used), []
    for pair in sorted({_sorted(pair) for pair in sides}):
        cable = _match(pair, sides, taken)
        if cable is not None:
            cables.append(cable)
            taken |= set(cable)
    return _without_rings(cables, sides)


def _sorted(pair: tuple[str, str]) -> tuple[str, str]:
    return pair if pair[0] <= pair[1] else (pair[1], pair[0])


def _match(pair: tuple[str, str], sides: Mapping[tuple[str, str], list[End]], used: Collection[Plug]) -> Cable | None:
    here, there = sides.get(pair, []), sides.get((pair[1], pair[0]), [])
    told = (here or there)[0].record
    between = f"between {pair[0]} and {pair[1]}"
    if "access" in {end.mode for end in (*here, *there)} and "trunk" not in {end.mode for end in (*here, *there)}:
        return None
    if len(here) != 1 or len(there) != 1:
        counts = f"{len(here)} at {pair[0]}, {len(there)} at {pair[1]}"
        told.report(
            "I403", f"the two ends do not agree on the cable {between} ({counts}); left out", "describe it at both ends"
        )
        return None
    if {here[0].mode, there[0].mode} >= {"access", "trunk"}:
        told.report("I403", f"the cable {between} is a trunk at one end only; left out", key="switchport_mode")
        return None
    cable = Plug(pair[0], here[0].port), Plug(pair[1], there[0].port)
    for plug in cable:
        if plug in used:
            told.report(
                "I407", f"{plug.switch} {plug.port} is said to be both a node's port and the cable {between}; left out"
            )
            return None
    return cable


def _without_rings(cables: Sequence[Cable], sides: Mapping[tuple[str, str], list[End]]) -> tuple[Cable, ...]:
    islands = Islands({plug.switch for cable in cables for plug in cable})
    kept: list[Cable] = []
    for cable in cables:
        one, other = cable
        if islands.join(one.switch, other.switch):
            kept.append(cable)
        else:
            sides[one.switch, other.switch][0].record.report(
                "I404", f"the cable between {one.switch} and {other.switch} closes a ring; left out"
            )
    return tuple(kept)
