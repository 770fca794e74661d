"""A resource: a name, a place, and the state it should have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

from reconciler.model.address import Address, Endpoint

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Resource(Generic[S]):
    """One thing that one device transaction can change.

    ``spec`` is a frozen dataclass from ``reconciler.resources``.  ``needs`` must exist before this does.
    ``carrier`` is what this lives on (a domU on a node's image): when the carrier is made anew,
    everything it carried is gone.
    """

    address: Address
    endpoint: Endpoint
    spec: S
    needs: frozenset[Address] = frozenset()
    carrier: Address | None = None


@dataclass(frozen=True, slots=True)
class Present(Generic[S]):
    spec: S


@dataclass(frozen=True, slots=True)
class Absent:
    """Looked for, in a complete answer, and not there."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """We could not tell.  Never treated as absent.

    ``retry_in_s`` is set when the device is busy with it and a later look will tell.
    """

    reason: str
    retry_in_s: float | None = None


@dataclass(frozen=True, slots=True)
class Foreign:
    """There, under our name or in our place, and somebody else's.  Never touched.

    ``number`` is the IPv4 address leased to us that a stranger uses: it is theirs, and ours moves to another.
    """

    reason: str
    number: int | None = None


Observed: TypeAlias = Present[S] | Absent | Unknown | Foreign
