"""Which machines are in one broadcast domain, from the switches' settings and the cables.  Pure.

A frame is described by its stack of VLAN tags, outermost first.  On a cable it is in a place
``(segment, stack)``; inside a switch in ``(switch, vlan, inner stack)``.  Ports join the two.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from reconciler.lab.switch.effective import PortState, Push

Stack: TypeAlias = tuple[int, ...]
S_TAG = 0x88A8
MAX_TAGS = 3
"""A frame with more tags is longer than any cable of the lab carries."""


class Jack(NamedTuple):
    """A port of a switch; ``switch`` is its full name, ``sw-1.lille``."""

    switch: str
    port: str


class Inside(NamedTuple):
    """Where a frame is within a switch: the VLAN it was put in, and the tags it still has."""

    switch: str
    vlan: int
    inner: Stack


class Place(NamedTuple):
    """Where a frame is outside of a switch."""

    segment: str
    stack: Stack


Point: TypeAlias = Place | Inside


@dataclass(frozen=True, slots=True)
class Cabling:
    """The jacks on every segment (a cable, or a backbone).  A segment in ``tagged_only`` drops untagged frames."""

    segments: Mapping[str, tuple[Jack, ...]]
    tagged_only: frozenset[str] = frozenset()


def admits(port: PortState, stack: Stack, vlan: int, inner: Stack) -> bool:
    """Whether a frame that arrives with ``stack`` is put in ``vlan`` with ``inner`` left."""
    if not port.up:
        return False
    if not stack:
        return (vlan, inner) == (port.untagged, ())
    for push in port.pushes:
        if stack[0] in push.c_vlans:
            return (vlan, inner) == (push.s_vlan, stack)
    tagged = stack[0] in port.tagged or stack[0] == port.untagged
    return tagged and (vlan, inner) == (stack[0], stack[1:])


def emits(port: PortState, vlan: int, inner: Stack, stack: Stack) -> bool:
    """Whether a frame in ``vlan`` with ``inner`` left goes out of ``port`` with ``stack``."""
    if not port.up:
        return False
    if any(_pops(push, vlan, inner) for push in port.pushes) or vlan == port.untagged:
        return stack == inner
    return vlan in port.tagged and stack == (vlan, *inner)


def _pops(push: Push, vlan: int, inner: Stack) -> bool:
    """Only a true S-tag comes back from a backbone, so a push of another ethertype sends and never gets an answer."""
    return push.pops and push.tpid == S_TAG and push.s_vlan == vlan and bool(inner) and inner[0] in push.c_vlans


@dataclass(slots=True)
class Fabric:
    """The broadcast domains of one state of the switches; found when first asked for, and remembered.

    A domain is what frames pass both ways.  Where they pass one way only, one domain leads to another.
    """

    cabling: Cabling
    ports: Mapping[Jack, PortState]
    _domain_of: dict[Point, int] = field(default_factory=dict)
    _leads_to: list[set[Point]] = field(default_factory=list)
    _cables: dict[Jack, list[str]] = field(default_factory=dict)
    _access: dict[tuple[str, int], list[Jack]] = field(default_factory=dict)
    _others: dict[str, list[Jack]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for segment, jacks in self.cabling.segments.items():
            for jack in jacks:
                if jack in self.ports and self.ports[jack].up:
                    self._cables.setdefault(jack, []).append(segment)
        for jack in self._cables:
            port = self.ports[jack]
            if port.tagged or port.pushes:
                self._others.setdefault(jack.switch, []).append(jack)
            elif port.untagged is not None:
                self._access.setdefault((jack.switch, port.untagged), []).append(jack)

    def domain(self, point: Point) -> int:
        """A number that two points share exactly when frames pass between them both ways."""
        if point not in self._domain_of:
            self._explore(point)
        return self._domain_of[point]

    def heard(self, domain: int) -> frozenset[int]:
        """The domains where frames from this one arrive, itself among them."""
        found, todo = {domain}, [domain]
        while todo:
            following = {self.domain(point) for point in self._leads_to[todo.pop()]} - found
            found |= following
            todo += following
        return frozenset(found)

    def _explore(self, start: Point) -> None:
        number, one_way, todo = len(self._leads_to), set[Point](), [start]
        self._leads_to.append(one_way)
        self._domain_of[start] = number
        while todo:
            for point, there, back in self._next(todo.pop()):
                if there and not back:
                    one_way.add(point)
                elif there and point not in self._domain_of:
                    self._domain_of[point] = number
                    todo.append(point)

    def _next(self, point: Point) -> Iterator[tuple[Point, bool, bool]]:
        """The points one port away, and whether frames pass there, and back."""
        return self._enter(point) if isinstance(point, Place) else self._leave(point)

    def _enter(self, place: Place) -> Iterator[tuple[Point, bool, bool]]:
        stack = place.stack
        if not stack and place.segment in self.cabling.tagged_only:
            return
        for jack in self.cabling.segments.get(place.segment, ()):
            if jack not in self._cables:
                continue
            port = self.ports[jack]
            found = {(push.s_vlan, stack) for push in port.pushes}
            if port.untagged is not None:
                found.add((port.untagged, stack))
            if stack:
                found.add((stack[0], stack[1:]))
            for vlan, inner in found:
                yield Inside(jack.switch, vlan, inner), *_passes(port, stack, vlan, inner)

    def _leave(self, inside: Inside) -> Iterator[tuple[Point, bool, bool]]:
        switch, vlan, inner = inside
        stacks = (inner, (vlan, *inner)) if len(inner) < MAX_TAGS else (inner,)
        for jack in (*self._access.get((switch, vlan), ()), *self._others.get(switch, ())):
            for stack in stacks:
                arrives, leaves = _passes(self.ports[jack], stack, vlan, inner)
                for segment in self._cables[jack]:
                    if stack or segment not in self.cabling.tagged_only:
                        yield Place(segment, stack), leaves, arrives


def _passes(port: PortState, stack: Stack, vlan: int, inner: Stack) -> tuple[bool, bool]:
    return admits(port, stack, vlan, inner), emits(port, vlan, inner, stack)


Groups: TypeAlias = tuple[tuple[str, ...], ...]
"""Names that belong together; each group sorted, and the groups too."""


def group(fabric: Fabric, members: Iterable[tuple[str, Place]]) -> Groups:
    """The members by broadcast domain: within one, any two can converse.

    A member that is in several places (a bridge with two uplinks) makes one domain of them.
    """
    domains, pairs = _place(fabric, members)
    return _unite(domains, pairs)


def group_leaks(fabric: Fabric, members: Iterable[tuple[str, Place]]) -> Groups:
    """The members by who could have heard whom: one way is enough."""
    domains, pairs = _place(fabric, members)
    heard = [(domain, other) for domain in domains for other in fabric.heard(domain) if other in domains]
    return _unite(domains, [*pairs, *heard])


def _place(fabric: Fabric, members: Iterable[tuple[str, Place]]) -> tuple[dict[int, list[str]], list[tuple[int, int]]]:
    """The names in each domain, and the pairs of domains that one name is in."""
    names: dict[int, list[str]] = {}
    first: dict[str, int] = {}
    pairs = []
    for name, place in members:
        domain = fabric.domain(place)
        names.setdefault(domain, []).append(name)
        if first.setdefault(name, domain) != domain:
            pairs.append((first[name], domain))
    return names, pairs


def _unite(names: Mapping[int, list[str]], pairs: Iterable[tuple[int, int]]) -> Groups:
    joined = {domain: {domain} for domain in names}
    for left, right in pairs:
        if joined[left] is not joined[right]:
            joined[left] |= joined[right]
            joined.update(dict.fromkeys(joined[right], joined[left]))
    distinct = {id(domains): domains for domains in joined.values()}.values()
    groups = ({name for domain in domains for name in names[domain]} for domains in distinct)
    return tuple(sorted(tuple(sorted(group)) for group in groups))
