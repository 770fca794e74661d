"""A run as a state machine: events in, effects out.  Pure: the same events at the same times give the same effects.

A pass reads the database, asks the devices, decides and acts until nothing is ready; passes follow one another until
what is wanted is observed, or nothing more can be done about it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from reconciler.engine.effects import (
    AllocationsRead,
    Answered,
    Decision,
    Effect,
    Ended,
    Event,
    Finished,
    Heard,
    Issue,
    PassPlanned,
    Pause,
    Prepare,
    QuarantineAddress,
    Report,
    Resolve,
    Send,
    Settle,
    Settled,
    Skipped,
    Started,
    StopAsked,
    Woke,
)
from reconciler.engine.order import Frontier
from reconciler.engine.run_config import RunConfig
from reconciler.engine.run_progress import PATIENCE_S, PassResult, RunProgress
from reconciler.engine.survey import Survey, unknown_epochs_of
from reconciler.engine.view import View
from reconciler.model.address import Address, Endpoint
from reconciler.model.change import Action
from reconciler.model.errors import ReconcilerError, Unreachable, Unreadable
from reconciler.model.outcome import Done, Failed, Outcome
from reconciler.model.plan import Impact, Plan, Step
from reconciler.model.resource import Unknown
from reconciler.planning.world import World
from reconciler.resources.kinds import HOLDING, KINDS

_TAKING = frozenset(kind.name for kind in KINDS.values() if kind.takes_carried)


class Engine:
    """One run.  ``begin`` once, then ``step`` with what happened, until a ``Report`` says ``Finished``."""

    def __init__(self, config: RunConfig, now_s: float, view: View | None = None) -> None:
        self._config, self._now_s = config, now_s
        self._view = view if view is not None else View()
        self._progress = RunProgress(now_s)
        self._number = 0
        self._stopped = self._timed_out = self._last = False
        self._held_back: dict[Address, str] = {}
        self._open_pass()

    def _open_pass(self) -> None:
        self._number += 1
        self._survey = Survey(self._config, self._view)
        self._pass_result = PassResult()
        self._frontier: Frontier | None = None
        self._busy: dict[Endpoint, dict[Address, Step[Any]]] = {}

    def begin(self) -> tuple[Effect, ...]:
        return tuple(self._survey.begin())

    def step(self, events: Sequence[Event], now_s: float) -> tuple[Effect, ...]:
        """What to do now that these things happened, in this order; they may be several, so that one commit does."""
        self._now_s = now_s
        effects: list[Effect] = []
        settled: list[tuple[Step[Any], Outcome]] = []
        for event in events:
            match event:
                case StopAsked():
                    self._stopped = True
                case AllocationsRead(allocations):
                    effects += self._survey.read(allocations)
                case Answered():
                    effects += self._survey.answered(event)
                case Heard(step, outcome):
                    del self._busy[step.change.resource.endpoint][step.change.address]
                    settled.append((step, outcome))
                case Ended(endpoint, error):
                    settled += _unsaid(self._busy.pop(endpoint), error)
                case Woke():
                    effects += self._next_pass()
        if settled:
            effects += unknown_epochs_of(outcome.error for _, outcome in settled if isinstance(outcome, Failed))
            effects += self._settle(settled)
        if self._frontier is not None:
            if now_s >= self._config.closes_s:
                self._frontier.drop(too_late(self._decision.plan))
            effects += self._dispatch()
        elif self._survey.decision is not None:
            effects += self._decided(self._survey.decision)
        return tuple(effects)

    # -- a pass ----------------------------------------------------------------------------------

    def _decided(self, decision: Decision) -> Iterator[Effect]:
        if self._last:
            yield from self._finish(decision)
            return
        if decision.findings:
            yield Resolve(decision.findings)
        for number, reason in decision.taken if self._config.has_lock else ():
            yield QuarantineAddress(number, reason)
        self._pass_result.done |= {Address("address", "", str(number)) for number, _ in decision.taken}
        self._held_back = beyond(decision.plan, self._config.approved) if self._config.approved is not None else {}
        late = too_late(decision.plan) if self._now_s >= self._config.closes_s else {}
        strange = self._config.guard(decision.plan, self._survey.allocations)
        plan = without(decision.plan, self._held_back.keys() | late.keys() | strange.keys())
        if late or strange:
            plan = replace(plan, waiting={**plan.waiting, **late}, foreign={**plan.foreign, **strange})
        self._decision = replace(decision, plan=plan)
        self._users = _users(decision.world)
        yield Report(PassPlanned(self._number, self._decision))
        if plan.steps or plan.gone or plan.record:
            yield Prepare(plan)
        self._frontier = Frontier(plan)
        if not self._stopped:
            self._pass_result.done |= plan.gone
        yield from self._dispatch()

    def _dispatch(self) -> Iterator[Effect]:
        """Send what is ready to every endpoint that is free; the pass is over when none is busy any more."""
        frontier, allocations = self._frontier, self._survey.allocations
        if frontier is None:
            return
        for endpoint in [] if self._stopped else frontier.endpoints():
            if endpoint not in self._busy:
                steps = tuple(frontier.take(endpoint))
                self._busy[endpoint] = {step.change.address: step for step in steps}
                yield Issue(steps)
                yield Report(Started(endpoint, steps))
                yield Send(endpoint, steps, allocations.fence)
        if not self._busy:
            yield from self._pass_over(frontier)

    def _settle(self, settled: list[tuple[Step[Any], Outcome]]) -> Iterator[Effect]:
        yield Settle(tuple(settled))
        for step, outcome in settled:
            self._pass_result.note(step, outcome)
            self._update(step, outcome)
            if isinstance(outcome, Done) and self._frontier is not None:
                self._frontier.done(step.change.address)
            yield Report(Settled(step, outcome))

    def _update(self, step: Step[Any], outcome: Outcome) -> None:
        """What a step read back is observed; without that, the endpoint is asked again before the next decision."""
        address, endpoint = step.change.address, step.change.resource.endpoint
        if isinstance(outcome, Done) and outcome.readback is not None:
            self._view.take(step.change.resource, outcome.readback)
        else:
            self._view.forget(endpoint)
        if isinstance(outcome, Done) and address.kind in _TAKING:
            for user in self._users.get(address, ()):
                self._view.forget(user)

    def _pass_over(self, frontier: Frontier) -> Iterator[Effect]:
        plan = self._decision.plan
        for address in frontier.left():
            yield Report(Skipped(plan.steps[address], frontier.unmet(address)))
        self._frontier = None
        self._survey.decision = None
        course, pass_result = self._progress, self._pass_result
        course.add(plan, pass_result, self._now_s)
        self._timed_out = self._now_s > min(self._config.deadline_s, course.progressed_s + PATIENCE_S)
        converged = plan.converged and not self._held_back
        if converged or self._stopped or self._timed_out or course.over(plan, pass_result):
            yield from self._last_look()
            return
        wait_s = course.pause_s(plan, pass_result)
        if wait_s is None:
            yield from self._next_pass()
        else:
            yield Pause(min(wait_s, max(0.0, self._config.deadline_s - self._now_s)))

    def _next_pass(self) -> Iterator[Effect]:
        """Ask again where nothing was known, and look anew."""
        world = self._decision.world
        for resource in (*world.recorded.values(), *world.desired.values()):
            if isinstance(self._view.observed.get(resource.address), Unknown):
                self._view.forget(resource.endpoint)
        self._open_pass()
        yield from self._survey.begin()

    # -- the end -----------------------------------------------------------------------------------

    def _last_look(self) -> Iterator[Effect]:
        """A run that changed something ends with what is observed then; one that did not knows it already."""
        if not self._pass_result.done:
            yield from self._finish(self._decision)
            return
        self._last = True
        self._survey = Survey(self._config, self._view)
        yield from self._survey.begin()

    def _finish(self, final: Decision) -> Iterator[Effect]:
        self._survey.decision = None
        plan, course = final.plan, self._progress
        finished = Finished(
            converged=plan.converged and not self._held_back,
            decision=final,
            failed={a: e for a, e in sorted(course.failed.items()) if a in plan.steps or a in plan.unknown},
            held_back=self._held_back,
            interrupted=self._stopped,
            timed_out=self._timed_out,
            changed_count=course.changed,
        )
        yield Report(finished)


def _unsaid(left: Mapping[Address, Step[Any]], error: ReconcilerError | None) -> list[tuple[Step[Any], Outcome]]:
    """Steps that the driver did not tell of: whether they were done is not known, unless it was refused as a whole."""
    reason = error or ReconcilerError("the driver reported no outcome of this step")
    unsure = error is None or (error.retryable and isinstance(error, (Unreachable, Unreadable)))
    return [(step, Failed(address, reason, unsure)) for address, step in left.items()]


def _users(world: World) -> Mapping[Address, set[Endpoint]]:
    """Endpoints that hold something which needs a given image: imaging changes them behind our back."""
    users: dict[Address, set[Endpoint]] = defaultdict(set)
    for resource in world.desired.values():
        for need in resource.needs:
            if need.kind in _TAKING and resource.address in world.recorded:
                users[need].add(resource.endpoint)
    return users


def beyond(plan: Plan, approved: Plan) -> dict[Address, str]:
    """The deletions and restarts that nobody was shown."""
    return {
        address: "not in the approved plan; plan and apply again"
        for address, step in plan.steps.items()
        if address not in approved.steps
        and address.kind not in HOLDING
        and (step.change.action is Action.DELETE or step.impact is not Impact.LIVE)
    }


def too_late(plan: Plan) -> dict[Address, str]:
    """What would be made or made anew, and would still be there when the lifetime ends."""
    return {
        address: "not started: the lifetime ends before it could be removed again"
        for address, step in plan.steps.items()
        if step.change.action is Action.CREATE or step.impact is Impact.REPLACE or _grows(step)
    }


def _grows(step: Step[Any]) -> bool:
    before, after = step.change.before, step.change.after
    return before is not None and after is not None and KINDS[step.change.address.kind].grows(before, after)


def without(plan: Plan, held_back: Collection[Address]) -> Plan:
    """The plan without these steps and those that wait for them."""
    if not held_back:
        return plan
    steps = {a: step for a, step in plan.steps.items() if a not in held_back}
    blocked = {a for a, first in plan.after.items() if not first.isdisjoint(held_back)}
    while grown := {a for a in steps if a not in blocked and plan.after[a] & blocked}:
        blocked |= grown
    steps = {a: step for a, step in steps.items() if a not in blocked}
    return replace(plan, steps=steps, after={a: plan.after[a] & steps.keys() for a in steps})
