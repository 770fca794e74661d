"""One pass: observe, diff, plan, execute.  Converging is passes until nothing is left to do."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from reconciler.execution.execute import Progress, Settled, execute
from reconciler.loop.observe import View, observe
from reconciler.loop.session import Desire, Resources, Session
from reconciler.model.address import Address, Endpoint
from reconciler.model.change import Action
from reconciler.model.driver import Driver
from reconciler.model.fence import UNFENCED
from reconciler.model.outcome import Done, Failed, Outcome, Waiting
from reconciler.model.plan import Impact, Plan, Step
from reconciler.model.resource import Absent, Present, Resource, Unknown
from reconciler.planning.cross_check import cross_check
from reconciler.planning.plan import World, make_plan

_BOOK_KINDS = frozenset({"reservation", "lease", "vlan"})
_BACKOFF_S = (0.5, 1.0, 2.0, 4.0)
_AGAIN = 4
PATIENCE_S = 3600.0
"""A run that waits so long for a device without any progress gives up; the next one goes on."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a look at the world led to."""

    desired: Resources
    world: World
    plan: Plan


@dataclass(frozen=True, slots=True)
class PassPlanned:
    number: int
    decision: Decision


@dataclass(frozen=True, slots=True)
class Finished:
    """The last word of a run.  ``failed`` keeps the last error of each step that did not succeed in the end."""

    converged: bool
    decision: Decision
    failed: Mapping[Address, str]
    held_back: Mapping[Address, str]
    interrupted: bool
    timed_out: bool
    changed_count: int


Report: TypeAlias = PassPlanned | Progress | Finished


def look(
    session: Session, desire: Desire, view: View | None = None, narrow: Callable[[Plan], Plan] = lambda plan: plan
) -> Decision:
    """Observe what ``view`` does not know yet and decide.  Changes nothing, here or on any device."""
    view = view if view is not None else View()
    book = session.store.book(session.experiment)
    desired = desire(book)
    observe(session, desired, book, view)
    world = World(desired, book.recorded, cross_check(desired, view.observed))
    plan = make_plan(world, lambda change: _driver(session, change.resource).plan(change))
    return Decision(desired, world, narrow(plan))


def close_intents(session: Session, decision: Decision) -> None:
    """Note what was observed, one way or the other: an intent on it, left by a run that died, is no longer open."""
    seen = decision.world.observed.items()
    session.store.resolve(session.experiment, [a for a, found in seen if isinstance(found, (Present, Absent))])


def converge(
    session: Session,
    desire: Desire,
    approved: Plan | None = None,
    narrow: Callable[[Plan], Plan] = lambda plan: plan,
    view: View | None = None,
) -> Iterator[Report]:
    """Pass after pass until what is wanted is observed, or nothing more can be done about it.

    Args:
        approved: the plan a person said yes to; later passes may finish and repeat it, but what they would delete or
            restart beyond it is held back.
        narrow: leaves of each pass's plan the part that is to be done.
        view: what was observed a moment ago, and need not be asked again.
    """
    view, course, number = view or View(), _Course(session.now_s()), 0
    while True:
        number += 1
        decision = look(session, desire, view, narrow)
        close_intents(session, decision)
        held_back = _beyond(decision.plan, approved) if approved is not None else {}
        plan = _without(decision.plan, held_back)
        yield PassPlanned(number, replace(decision, plan=plan))
        session.store.tidy(plan)
        tally = _Tally()
        if not session.stopped():
            tally.done |= plan.gone
            yield from _run(session, decision, plan, view, tally)
        course.add(plan, tally, session.now_s())
        timed_out = session.now_s() > min(session.deadline_s, course.progressed_s + PATIENCE_S)
        if (plan.converged and not held_back) or session.stopped() or timed_out or course.over(plan, tally):
            break
        _wait(session, plan, tally, course.idle)
        _reopen(decision, view)
    final = look(session, desire, view, narrow) if tally.done else replace(decision, plan=plan)
    yield Finished(
        converged=final.plan.converged and not held_back,
        decision=final,
        failed={a: e for a, e in sorted(course.failed.items()) if a in final.plan.steps or a in final.plan.unknown},
        held_back=held_back,
        interrupted=session.stopped(),
        timed_out=timed_out,
        changed_count=course.changed,
    )


@dataclass(slots=True)
class _Course:
    """How a run is going over its passes."""

    progressed_s: float
    idle: int = 0
    changed: int = 0
    failed: dict[Address, str] = field(default_factory=dict)
    made: Counter[Address] = field(default_factory=Counter)

    def add(self, plan: Plan, tally: _Tally, now_s: float) -> None:
        self.changed += tally.changed
        self.made.update(tally.done & plan.steps.keys())
        self.failed = {a: error for a, error in self.failed.items() if a not in tally.done} | tally.failed
        self.failed |= {
            a: f"done {count} times, and each time it was otherwise again; something else changes it"
            for a, count in self.made.items()
            if count >= _AGAIN
        }
        if tally.done:
            self.progressed_s = now_s
        waits = tally.retry_in_s is not None or plan.retry_in_s is not None
        self.idle = 0 if tally.done else self.idle + (not waits)

    def over(self, plan: Plan, tally: _Tally) -> bool:
        """Nothing more can come of it: nothing to do, only refusals, no progress, or the same thing over and over."""
        nothing = not plan.steps and plan.retry_in_s is None and not tally.done
        restless = max(self.made.values(), default=0) >= _AGAIN
        return nothing or restless or self.idle > len(_BACKOFF_S) or tally.hopeless(plan)


@dataclass(slots=True)
class _Tally:
    """What one pass came to."""

    done: set[Address] = field(default_factory=set)
    failed: dict[Address, str] = field(default_factory=dict)
    retryable: bool = False
    retry_in_s: float | None = None
    changed: int = 0

    def hopeless(self, plan: Plan) -> bool:
        """Everything that was tried was refused, and trying again is of no use."""
        return bool(plan.steps) and not self.done and not self.retryable and self.retry_in_s is None


def _run(session: Session, decision: Decision, plan: Plan, view: View, tally: _Tally) -> Iterator[Report]:
    journal = _Journal(session)
    users = _users(decision.world)
    for report in execute(plan, _apply(session), session.pool, journal, session.stopped):
        if isinstance(report, Settled):
            step, outcome = report.step, report.outcome
            _note(tally, step, outcome)
            _update(view, step, outcome, users)
        yield report


@dataclass(frozen=True, slots=True)
class _Journal:
    session: Session

    def issue(self, steps: Sequence[Step[Any]]) -> None:
        self.session.store.issue(self.session.run, steps)

    def settle(self, settled: Sequence[tuple[Step[Any], Outcome]]) -> None:
        self.session.store.settle(self.session.run, settled)


def _apply(session: Session) -> Callable[[Endpoint, Sequence[Step[Any]]], Iterator[Outcome]]:
    return lambda endpoint, steps: session.drivers[endpoint.driver].apply(endpoint, steps, UNFENCED)


def _driver(session: Session, resource: Resource[Any]) -> Driver[Any, Any]:
    return session.drivers[resource.endpoint.driver]


def _note(tally: _Tally, step: Step[Any], outcome: Outcome) -> None:
    match outcome:
        case Done(address):
            tally.done.add(address)
            tally.changed += 1
        case Waiting(_, _, retry_in_s):
            tally.retry_in_s = min(retry_in_s, tally.retry_in_s or retry_in_s)
        case Failed(address, error, unsure):
            tally.failed[address] = str(error)
            # a refused image may succeed on the next try, or on a spare; a refused address is chosen anew
            tally.retryable |= error.retryable or unsure or address.kind in _BOOK_KINDS


def _update(view: View, step: Step[Any], outcome: Outcome, users: Mapping[Address, set[Endpoint]]) -> None:
    """Take what a step read back as observed; without that, the endpoint is asked again before the next decision."""
    address, endpoint = step.change.address, step.change.resource.endpoint
    if isinstance(outcome, Done) and outcome.readback is not None:
        view.take(step.change.resource, outcome.readback)
    else:
        view.forget(endpoint)
    if isinstance(outcome, Done) and address.kind == "deployment":
        for user in users.get(address, ()):
            view.forget(user)


def _users(world: World) -> Mapping[Address, set[Endpoint]]:
    """Endpoints that hold something which needs a given image: imaging changes them behind our back."""
    users: dict[Address, set[Endpoint]] = defaultdict(set)
    for resource in world.desired.values():
        for need in resource.needs:
            if need.kind == "deployment" and resource.address in world.recorded:
                users[need].add(resource.endpoint)
    return users


def _wait(session: Session, plan: Plan, tally: _Tally, idle: int) -> None:
    asked = [wait for wait in (plan.retry_in_s, tally.retry_in_s) if wait is not None]
    if not asked and (tally.failed or not tally.done):
        asked = [_BACKOFF_S[min(idle, len(_BACKOFF_S)) - 1]]
    if asked:
        session.pause(min(min(asked), max(0.0, session.deadline_s - session.now_s())))


def _reopen(decision: Decision, view: View) -> None:
    """Ask again where nothing was known."""
    for resource in (*decision.world.recorded.values(), *decision.world.desired.values()):
        if isinstance(view.observed.get(resource.address), Unknown):
            view.forget(resource.endpoint)


def _beyond(plan: Plan, approved: Plan) -> dict[Address, str]:
    """The deletions and restarts that nobody was shown."""
    return {
        address: "was not in the plan that was approved; plan and apply again"
        for address, step in plan.steps.items()
        if address not in approved.steps
        and address.kind not in _BOOK_KINDS
        and (step.change.action is Action.DELETE or step.impact is not Impact.LIVE)
    }


def _without(plan: Plan, held_back: Mapping[Address, str]) -> Plan:
    if not held_back:
        return plan
    steps = {a: step for a, step in plan.steps.items() if a not in held_back}
    blocked = {a for a, first in plan.after.items() if first & held_back.keys()}
    while grown := {a for a in steps if a not in blocked and plan.after[a] & blocked}:
        blocked |= grown
    steps = {a: step for a, step in steps.items() if a not in blocked}
    return replace(plan, steps=steps, after={a: plan.after[a] & steps.keys() for a in steps})
