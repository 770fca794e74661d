"""One look at the world: the allocations, every device that has to be asked, and what follows from them.  Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from reconciler.engine.effects import Answered, Ask, Decision, Effect, ReadAllocations, ReportUnknownEpoch
from reconciler.engine.run_config import RunConfig
from reconciler.engine.view import ObservationScope, View, asks, make_scope, ready_hosts
from reconciler.model.address import Address, Endpoint
from reconciler.model.change import Cause
from reconciler.model.desired import Desired
from reconciler.model.errors import Fenced
from reconciler.model.plan import Plan
from reconciler.model.resource import Absent, Foreign, Observed, Present, Unknown
from reconciler.planning.cross_check import cross_check
from reconciler.planning.plan import make_plan
from reconciler.planning.waiting import silent_run
from reconciler.planning.world import World
from reconciler.resources.allocations import Allocations
from reconciler.resources.kind import Fencing
from reconciler.resources.kinds import KINDS, VERIFIED

_UNSTOPPED = frozenset(kind.name for kind in KINDS.values() if kind.fencing is Fencing.NEVER)
"""What a run that is silent may yet have done by a device that knows no epochs."""


class Survey:
    """``begin`` once, then what was read and answered, until there is a ``decision``."""

    def __init__(self, config: RunConfig, view: View) -> None:
        self._config, self._view = config, view
        self._scope = ObservationScope({}, {}, {})
        self._asked: dict[Endpoint, Ask] = {}
        self._hosts_asked = self._asked_twice = False
        self._desired = Desired()
        self.allocations = Allocations()
        self.decision: Decision | None = None

    def begin(self) -> list[Effect]:
        return [ReadAllocations()]

    def read(self, allocations: Allocations) -> list[Effect]:
        self.allocations, self._desired = allocations, self._config.compile_desired(allocations)
        self._scope = make_scope(self._desired.resources, allocations)
        return self._ask(self._scope.first)

    def answered(self, event: Answered) -> list[Effect]:
        self._view.learn(self._asked.pop(event.endpoint), event.answer)
        suspicions = unknown_epochs_of([event.answer]) if self._config.has_lock else []
        return suspicions if self._asked else [*suspicions, *self._go_on()]

    def _ask(self, wanted: Mapping[Endpoint, Any], behind: Collection[Endpoint] = ()) -> list[Effect]:
        found = asks(dict(wanted), self._view, self.allocations, barriers=self._config.has_lock, behind=behind)
        self._asked = {ask.endpoint: ask for ask in found}
        return list(found) if found else self._go_on()

    def _go_on(self) -> list[Effect]:
        if not self._hosts_asked:
            self._hosts_asked = True
            return self._ask(ready_hosts(self._scope, self._desired.resources, self.allocations, self._view))
        decision = self._decide()
        surprising = self._surprising(decision.plan)
        if surprising and not self._asked_twice and self._config.has_lock:
            self._asked_twice = True
            return self._ask_twice(surprising)
        self.decision = decision
        return []

    def _surprising(self, plan: Plan) -> set[Endpoint]:
        """Where something of ours is gone or lost, or already as it is to become, and not by this run."""
        recorded = self.allocations.recorded
        found = [recorded[address] for address in plan.gone if address.kind not in VERIFIED]
        found += [now for now in plan.record if now.address in recorded and recorded[now.address].spec != now.spec]
        found += [step.change.resource for step in plan.steps.values() if step.change.cause is Cause.LOST]
        return ({resource.endpoint for resource in found} & self._view.asked.keys()) - self._view.settled

    def _ask_twice(self, endpoints: set[Endpoint]) -> list[Effect]:
        """An answer that is older than it seems must not make us forget what is still there."""
        for endpoint in endpoints:
            self._view.forget(endpoint)
        scope = {**self._scope.first, **self._scope.carried}
        return self._ask({endpoint: scope[endpoint] for endpoint in endpoints}, behind=endpoints)

    def _decide(self) -> Decision:
        observed = cross_check(self._desired.resources, self.allocations.recorded, self._view.observed)
        doubtful = {a: intent.run for a, intent in self.allocations.open.items() if intent.doubtful}
        for address, run in sorted(doubtful.items()):
            if address.kind in _UNSTOPPED:
                observed[address] = Unknown(silent_run(run, address.experiment))
        desired, held = self._desired, self.allocations
        world = World(
            desired.resources, held.recorded, observed, held.intended, doubtful, desired.pending, desired.waiting
        )
        plan = self._config.narrow(make_plan(world, self._config.plan_step))
        return Decision(desired.resources, world, plan, self._findings(), self._taken())

    def _taken(self) -> tuple[tuple[int, str], ...]:
        seen = [self._view.observed.get(address) for address in self._desired.resources]
        found = {(f.number, f.reason) for f in seen if isinstance(f, Foreign) and f.number is not None}
        return tuple(sorted((number, why) for number, why in found if number not in self.allocations.taken_addresses))

    def _findings(self) -> dict[Address, Observed[Any]]:
        seen = self._view.observed
        told = {a for a, intent in self.allocations.open.items() if intent.endpoint in self._view.settled}
        told |= self.allocations.intended.keys() - self.allocations.open.keys()
        # what is neither wanted nor recorded any more was forgotten because it was seen to be gone
        forgotten = told - self._desired.resources.keys() - self.allocations.recorded.keys()
        found = {a: Absent() if a in forgotten else seen.get(a) for a in sorted(told)}
        return {a: state for a, state in found.items() if isinstance(state, (Present, Absent))}


def unknown_epochs_of(said: Iterable[object]) -> list[Effect]:
    """Of what devices answered."""
    found = {(error.experiment, error.epoch, error.found) for error in said if isinstance(error, Fenced)}
    return [ReportUnknownEpoch(*one) for one in sorted(found)]
