"""Observe, plan and apply what an experiment holds in the books.  A step is one transaction: all of it or nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from reconciler.model.address import Address, Endpoint
from reconciler.model.change import Change
from reconciler.model.errors import ReconcilerError
from reconciler.model.outcome import Done, Failed, Outcome
from reconciler.model.plan import Step
from reconciler.model.resource import Absent, Observed, Present, Resource
from reconciler.resources.holding import AddressRun, Lease, Reservation, Vlan, render_ipv4

Holding: TypeAlias = Reservation | Lease | Vlan


class Books(Protocol):
    """The store's side: rows under a constraint."""

    def holding(self, experiment: str, kind: str, name: str) -> Holding | None: ...

    def hold(self, experiment: str, kind: str, name: str, wanted: Holding | None) -> None:
        """All or nothing, in one transaction.  Raises Rejected when something is another's."""
        ...


@dataclass(frozen=True, slots=True)
class Hold:
    """Make one entry of the books hold exactly this; None gives everything back."""

    address: Address
    wanted: Holding | None

    def __str__(self) -> str:
        if self.wanted is None:
            return f"release {self.address.kind} {self.address.name}"
        return f"hold {_render(self.wanted)}"


@dataclass(frozen=True, slots=True)
class LeaseDriver:
    books: Books

    def observe(self, endpoint: Endpoint, wanted: Collection[Resource[Holding]]) -> Mapping[Address, Observed[Holding]]:
        seen: dict[Address, Observed[Holding]] = {}
        for resource in wanted:
            address = resource.address
            holding = self.books.holding(address.experiment, address.kind, address.name)
            seen[address] = Absent() if holding is None else Present(holding)
        return seen

    def plan(self, change: Change[Holding]) -> Step[Hold]:
        return Step(change, (Hold(change.address, change.after),))

    def apply(self, endpoint: Endpoint, steps: Sequence[Step[Hold]]) -> Iterator[Outcome]:
        for step in steps:
            address = step.change.address
            try:
                for command in step.commands:
                    self.books.hold(address.experiment, address.kind, address.name, command.wanted)
            except ReconcilerError as error:
                yield Failed(address, error)
                continue
            after = step.change.after
            yield Done(address, Absent() if after is None else Present(after))


def _render(holding: Holding) -> str:
    match holding:
        case Reservation(nodes):
            return f"{len(nodes)} nodes: {', '.join(nodes)}"
        case Vlan(ids):
            return ", ".join(f"{pool} {number}" for pool, number in ids)
        case Lease(runs):
            return ", ".join(map(_render_run, runs))


def _render_run(run: AddressRun) -> str:
    first, last = render_ipv4(run.first), render_ipv4(run.first + run.count - 1)
    if run.count == 1:
        return f"{first} for {run.group}-{run.index}"
    return f"{first}-{last} for {run.group}-{run.index}…{run.index + run.count - 1}"
