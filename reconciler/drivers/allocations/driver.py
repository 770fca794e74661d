"""Observe, plan and apply what an experiment holds in the database: a call is one transaction, all of it or nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Protocol, runtime_checkable

from reconciler.model.address import Address, Endpoint
from reconciler.model.change import Change
from reconciler.model.errors import ReconcilerError
from reconciler.model.fence import Fence
from reconciler.model.outcome import Done, Failed, Outcome
from reconciler.model.plan import Step
from reconciler.model.resource import Absent, Observed, Present, Resource
from reconciler.resources.kinds import KINDS


@runtime_checkable
class Ledger(Protocol):
    """The store's side: rows under a constraint."""

    def holding(self, experiment: str, kind: str, name: str) -> object | None: ...

    def hold(self, experiment: str, entries: Iterable[tuple[str, str, object | None]], epoch: int) -> None:
        """All or nothing, in one transaction.  Raises Rejected when something is another's."""
        ...


@dataclass(frozen=True, slots=True)
class Hold:
    """Make one entry of the state database hold exactly this; None gives everything back."""

    address: Address
    wanted: object | None

    def __str__(self) -> str:
        if self.wanted is None:
            return f"release {self.address.kind} {self.address.name}"
        holding = KINDS[self.address.kind].holding
        if holding is None:
            raise TypeError(f"{self.address} is nothing that the state database holds")
        return f"hold {holding.render(self.wanted)}"


@dataclass(frozen=True, slots=True)
class AllocationsDriver:
    ledger: Ledger

    def observe(
        self, endpoint: Endpoint, wanted: Collection[Resource[Any]], fence: Fence
    ) -> Mapping[Address, Observed[Any]]:
        seen: dict[Address, Observed[Any]] = {}
        for resource in wanted:
            address = resource.address
            holding = self.ledger.holding(address.experiment, address.kind, address.name)
            seen[address] = Absent() if holding is None else Present(holding)
        return seen

    def plan(self, change: Change[Any]) -> Step[Hold]:
        return Step(change, (Hold(change.address, change.after),))

    def apply(self, endpoint: Endpoint, steps: Sequence[Step[Hold]], fence: Fence) -> Iterator[Outcome]:
        """All steps of an experiment or none: who gets no VLAN keeps no nodes from others."""
        for _, group in groupby(steps, key=lambda step: step.change.address.experiment):
            yield from self._hold(list(group), fence.epoch)

    def _hold(self, steps: Sequence[Step[Hold]], epoch: int) -> Iterator[Outcome]:
        commands = [command for step in steps for command in step.commands]
        try:
            entries = [(command.address.kind, command.address.name, command.wanted) for command in commands]
            self.ledger.hold(steps[0].change.address.experiment, entries, epoch)
        except ReconcilerError as error:
            yield from (Failed(step.change.address, error) for step in steps)
            return
        for step in steps:
            after = step.change.after
            yield Done(step.change.address, Absent() if after is None else Present(after))
