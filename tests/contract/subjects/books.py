"""The lease driver on the real books.  Their own lock refuses who was overtaken: there is no mark to look at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from reconciler.drivers.allocations.driver import AllocationsDriver
from reconciler.model.address import Address, Endpoint
from reconciler.model.resource import Resource
from reconciler.resources.lease import Lease
from reconciler.resources.reservation import Reservation
from reconciler.resources.vlan import Vlan
from tests.contract.subject import Fault
from tests.drivers.allocations.simulator import SPECS, make

DATABASE = Endpoint("allocations", "database")


def entry(kind: str, spec: Reservation | Lease | Vlan) -> Resource[Any]:
    return Resource(Address(kind, "exp", "lan"), DATABASE, spec)


class Ledger:
    endpoint = DATABASE
    resources = (
        entry("reservation", Reservation(("n1.lille", "n2.lille"))),
        entry("vlan", Vlan((("vlan:lille", 701),))),
        entry("lease", SPECS["lease"][0]),
    )
    changed = (entry("reservation", Reservation(("n1.lille",))), entry("lease", SPECS["lease"][1]))
    faults: frozenset[Fault] = frozenset()
    fenced = False
    keeps_released = False

    def __init__(self) -> None:
        self._driver = make()

    def driver(self) -> AllocationsDriver:
        return self._driver

    def snapshot(self) -> object:
        books = self._driver.ledger
        return [books.holding(each.address.experiment, each.address.kind, each.address.name) for each in self.resources]

    def break_(self, fault: Fault) -> None:
        raise AssertionError(fault)

    def mend(self) -> None:
        raise AssertionError("nothing is broken")

    def wait(self, seconds: float) -> None:
        raise AssertionError("the state database have done what they answered")

    def intrude(self) -> None:
        return None


@contextmanager
def books() -> Iterator[Ledger]:
    yield Ledger()


SUBJECTS = {"books": books}
