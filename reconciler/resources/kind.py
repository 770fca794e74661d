"""A kind's row: everything that the rest of the program has to know of a kind of resource.

Each module of this package that defines ``KIND`` is a kind.  Nothing has a default: whoever adds a kind answers every
question, and whoever asks one reads the row, and never names a kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar

from reconciler.model.address import Address, Endpoint
from reconciler.model.resource import Resource
from reconciler.resources.number_ranges import NumberRange

S = TypeVar("S")


# -- what a resource uses ------------------------------------------------------------------------------


class Node(NamedTuple):
    """A node by its endpoint name."""

    name: str


class Port(NamedTuple):
    """A port of a switch: it belongs to the node whose cable is in it."""

    switch: str
    port: str


class Number(NamedTuple):
    """An id of a pool (``vlan:<site>``)."""

    pool: str
    number: int


class ServiceTag(NamedTuple):
    """An S-VLAN id at a site: it is the backbone's, whose name no switch knows."""

    site: str
    number: int


class CarriedTag(NamedTuple):
    """An id on a shared link: one of ``pool``, or an S-VLAN's on the way to its backbone."""

    pool: str
    number: int


class Mac(NamedTuple):
    """The MAC of a VM's NIC, which follows from an address leased to it."""

    vm: str
    mac: str


Use: TypeAlias = Node | Port | Number | ServiceTag | CarriedTag | Mac


def site_pool(endpoint: Endpoint) -> str:
    """The pool of VLAN ids of the site that a device is at."""
    return f"vlan:{endpoint.host.rpartition('.')[2]}"


# -- the columns ---------------------------------------------------------------------------------------


class Fencing(Enum):
    """What of a run that was overtaken the device stops."""

    ALWAYS = "always"
    """It keeps our epoch also when nothing of ours is left there."""
    WHILE_PRESENT = "while present"
    """It keeps our epoch as long as something of ours is there."""
    NEVER = "never"
    """It knows no epochs: whatever that run may yet send is done."""


@dataclass(frozen=True, slots=True)
class Part:
    """One condition of an experiment: of which ``unit``, and the reasons when all is well and when not.

    ``alike``: resources of one name are one thing (a node and its image).  Kinds with equal parts share a condition;
    conditions are listed by ``rank``.
    """

    rank: int
    type: str
    good: str
    bad: str
    unit: str
    alike: bool

    def count(self, addresses: Iterable[Address]) -> int:
        return len({address.name if self.alike else address for address in addresses})


@dataclass(frozen=True, slots=True)
class Held:
    """What one resource holds of the allocations: rows of the state database, under its constraints."""

    nodes: tuple[str, ...] = ()
    numbers: tuple[NumberRange, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.nodes or self.numbers)


@dataclass(frozen=True, slots=True)
class Holding(Generic[S]):
    """A kind that lives in the state database alone: its spec as rows and back, and as one line of text."""

    held: Callable[[S], Held]
    read: Callable[[Held], S]
    render: Callable[[S], str]


@dataclass(frozen=True, slots=True)
class Storage(Generic[S]):
    """How a spec is kept: the names of its fields as rows of each version have them, the first version first.

    ``make`` takes the values of the latest version as JSON has them (tuples are lists).  ``added`` says what rows from
    before a field was there mean by lacking it; also the rows of version 1 that end before its last fields.
    """

    fields: tuple[tuple[str, ...], ...]
    make: Callable[..., S]
    added: Mapping[str, object]

    @property
    def version(self) -> int:
        return len(self.fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind(Generic[S]):
    """One row.

    Attributes:
        name: in addresses, ``domain``.
        plural: in sentences, ``domains``.
        spec: the frozen dataclass; the driver that serves it compares two of them with ``==``.
        rank: kinds are listed in a plan by it, in the order in which they are made.
        part: the condition it counts for.
        verified: it is only found to be so, never made, and never taken down.
        claims: being there without a record of ours, it is somebody else's.
        fencing: what its device stops of a run that was overtaken.
        holding: how it holds nodes and numbers, for a kind of the state database; None for one on a device.
        place: what it is on, in any of the states given: that must be held also while it is taken down.
        uses: the values of one state that must be held while it is made or changed, and are held until it is gone.
        grows: whether the second state has something that the first had not: a node, an address, an id, a port, a VM.
        takes_carried: made anew, it takes with it what is on it; done, what is on it is asked again.
        says_of_carrier: what a verified resource tells of what it is on, empty when nothing; None: it tells nothing.
        replaced_by_hand: the state of a carrier on which something else was found (the text that told so); None: it
            carries nothing that could tell.
        derive: makes resources of this kind from those that documents are compiled to and the endpoints of services
            (by driver); None: documents name it themselves.
        storage: how it is kept.
    """

    name: str
    plural: str
    spec: type[S]
    rank: int
    part: Part
    verified: bool
    claims: bool
    fencing: Fencing
    holding: Holding[S] | None
    place: Callable[[Resource[S], Iterable[S]], Iterator[Use]]
    uses: Callable[[Resource[S], S], Iterator[Use]]
    grows: Callable[[S, S], bool]
    takes_carried: bool
    says_of_carrier: Callable[[S], str] | None
    replaced_by_hand: Callable[[S, str], S] | None
    derive: Derive | None
    storage: Storage[S]


Services: TypeAlias = Mapping[str, tuple[Endpoint, ...]]
"""The endpoints of sites' services, by driver."""
Derive: TypeAlias = Callable[[Mapping[Address, Resource[Any]], Services], Iterator[Resource[Any]]]


def on_node(resource: Resource[Any], states: Iterable[Any]) -> Iterator[Use]:
    """The place of what is on its endpoint's node."""
    yield Node(resource.endpoint.host)


def nowhere(resource: Resource[Any], states: Iterable[Any]) -> Iterator[Use]:
    """The place of what is in the state database: its constraints judge it."""
    yield from ()


def nothing(resource: Resource[Any], state: object) -> Iterator[Use]:
    """The uses of what needs no number of any pool."""
    yield from ()


def never_grows(before: object, after: object) -> bool:
    return False
