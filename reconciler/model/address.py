"""Names: which resource we mean, and which device holds it.

Named tuples, not dataclasses: they are the keys of every map, and hash and order in C
(a plan for 10,000 VMs looks one up some 200,000 times).
"""

from __future__ import annotations

from typing import NamedTuple


class Address(NamedTuple):
    """The one name of a resource, e.g. ``domain/ping-sweep/web-0``."""

    kind: str
    experiment: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.experiment}/{self.name}"


class Endpoint(NamedTuple):
    """A device or service that one driver talks to, e.g. ``xen@griffon-12.nancy``.

    ``host`` is ``<device>.<site>`` for a node or a switch, ``<site>`` for a deployer, ``database`` for the allocations.
    """

    driver: str
    host: str

    def __str__(self) -> str:
        return f"{self.driver}@{self.host}"
