"""Which step next: what is ready at an endpoint, and how much still hangs on it.  Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from reconciler.model.address import Address, Endpoint
from reconciler.model.plan import Plan, Step


class Frontier:
    """The steps of a plan that wait, by endpoint; what is settled makes others ready.

    ``heights`` is the length of the longest chain of steps that waits for a step: the highest goes first.
    """

    def __init__(self, plan: Plan) -> None:
        self._steps = plan.steps
        self._unmet: dict[Address, set[Address]] = {address: set(first) for address, first in plan.after.items()}
        self._users: dict[Address, list[Address]] = {address: [] for address in plan.steps}
        for address, first in plan.after.items():
            for need in first:
                self._users[need].append(address)
        self.heights = _heights(plan, self._users)
        self._waiting: dict[Endpoint, set[Address]] = {}
        self._ready: dict[Endpoint, int] = {}
        self._dropped: set[Address] = set()
        for address, step in plan.steps.items():
            self._waiting.setdefault(step.change.resource.endpoint, set()).add(address)
            if not self._unmet[address]:
                self._now_ready(address)

    def endpoints(self) -> list[Endpoint]:
        """The endpoints with a step that is ready, the one most depends on first."""
        return sorted(self._ready, key=lambda endpoint: (-self._ready[endpoint], endpoint))

    def take(self, endpoint: Endpoint) -> list[Step[Any]]:
        """Everything that one call to ``endpoint`` can do now, needs first.

        A step whose only unmet needs are in the same call goes along: its driver runs them in this order.
        """
        self._ready.pop(endpoint, None)
        waiting = self._waiting.get(endpoint, set())
        batch: dict[Address, None] = {}
        grew = True
        while grew:
            ready = sorted(a for a in waiting if a not in batch and self._unmet[a] <= batch.keys())
            batch.update(dict.fromkeys(ready))
            grew = bool(ready)
        waiting.difference_update(batch)
        return [self._steps[address] for address in batch]

    def done(self, address: Address) -> None:
        for user in self._users[address]:
            self._unmet[user].discard(address)
            if not self._unmet[user] and user in self._waiting[self._steps[user].change.resource.endpoint]:
                self._now_ready(user)

    def drop(self, addresses: Iterable[Address]) -> None:
        """These are not to be begun any more; nor is, then, what waits for them."""
        for address in addresses:
            endpoint = self._steps[address].change.resource.endpoint
            if address in self._waiting[endpoint]:
                self._waiting[endpoint].discard(address)
                self._dropped.add(address)
        ready = {e: [a for a in waiting if not self._unmet[a]] for e, waiting in self._waiting.items()}
        self._ready = {e: max(self.heights[a] for a in found) for e, found in ready.items() if found}

    def left(self) -> list[Address]:
        waiting = (address for addresses in self._waiting.values() for address in addresses)
        return sorted([*waiting, *self._dropped])

    def unmet(self, address: Address) -> frozenset[Address]:
        return frozenset(self._unmet[address])

    def _now_ready(self, address: Address) -> None:
        endpoint = self._steps[address].change.resource.endpoint
        self._ready[endpoint] = max(self.heights[address], self._ready.get(endpoint, 0))


def _heights(plan: Plan, users: Mapping[Address, Iterable[Address]]) -> dict[Address, int]:
    heights: dict[Address, int] = {}
    stack = list(plan.steps)
    while stack:
        address = stack[-1]
        pending = [user for user in users[address] if user not in heights]
        if pending and address not in heights:
            stack += pending
            continue
        stack.pop()
        heights.setdefault(address, 1 + max((heights[user] for user in users[address]), default=0))
    return heights
