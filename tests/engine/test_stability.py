"""From any observation and any journal the engine comes to rest with what is wanted, and then does nothing more."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.engine.effects import (
    AllocationsRead,
    Answered,
    Ask,
    Ended,
    Event,
    Finished,
    Heard,
    Issue,
    Pause,
    Prepare,
    ReadAllocations,
    Report,
    Resolve,
    Send,
    Settle,
    Woke,
)
from reconciler.engine.engine import Engine
from reconciler.engine.run_config import RunConfig
from reconciler.model.address import Address, Endpoint
from reconciler.model.change import Action
from reconciler.model.desired import Desired
from reconciler.model.fence import Fence
from reconciler.model.outcome import Done
from reconciler.model.resource import Absent, Present, Resource
from reconciler.resources.allocations import Allocations, OpenIntent
from tests.planning.worlds import domain, plan_step, trusting

GROUND, GUESTS, HOSTS = "abc", "xyz", ("h1", "h2")
Cells = dict[tuple[Endpoint, Address], Any]


@dataclass(slots=True)
class Ledger:
    """The journal and the record, as a value: what the store keeps of them."""

    recorded: dict[Address, Resource[Any]]
    intended: dict[Address, Resource[Any]]
    open: dict[Address, OpenIntent]
    writes: int = 0

    def allocations(self) -> Allocations:
        return Allocations(dict(self.recorded), dict(self.intended), open=dict(self.open), fence=Fence(2))

    def issue(self, steps: Any) -> None:
        for step in steps:
            resource = step.change.resource
            self.open[resource.address] = OpenIntent(step.change.action, resource.endpoint, "now")
            if step.change.action is Action.UPDATE:
                self.recorded.setdefault(resource.address, resource)
                self.intended[resource.address] = resource
            elif step.change.action is Action.CREATE:
                self.recorded[resource.address] = resource

    def settle(self, pairs: Any) -> None:
        for step, outcome in pairs:
            if isinstance(outcome, Done):
                address = step.change.address
                self.open.pop(address, None)
                self.intended.pop(address, None)
                if step.change.action is Action.DELETE:
                    self.recorded.pop(address, None)
                else:
                    self.recorded[address] = step.change.resource

    def resolve(self, observed: Any) -> None:
        for address, seen in observed.items():
            self.open.pop(address, None)
            intended = self.intended.pop(address, None)
            if intended is not None and seen == Present(intended.spec):
                self.recorded[address] = intended

    def prepare(self, plan: Any) -> None:
        for address in plan.gone:
            self.recorded.pop(address, None)
        self.recorded |= {resource.address: resource for resource in plan.record}


@dataclass(slots=True)
class Hands:
    """Carries effects out at once; ``pick`` chooses whose answer comes next."""

    ledger: Ledger
    cells: Cells
    pick: Any
    calls: list[deque[Event]] = field(default_factory=list)
    changed: int = 0
    pauses: int = 0

    def run(self, engine: Engine) -> Finished:
        effects = engine.begin()
        for turn in range(400):
            for effect in effects:
                if isinstance(effect, Report) and isinstance(effect.event, Finished):
                    return effect.event
                self.do(effect)
            effects = engine.step([self.next()], float(turn))
        raise AssertionError("the run did not end")

    def next(self) -> Event:
        """The next answer of any call: each call's come in their order."""
        call = self.calls[self.pick(len(self.calls))]
        event = call.popleft()
        self.calls = [call for call in self.calls if call]
        return event

    def do(self, effect: object) -> None:
        match effect:
            case ReadAllocations():
                self.calls.append(deque([AllocationsRead(self.ledger.allocations())]))
            case Ask(endpoint, resources):
                found = {r.address: self.cells.get((endpoint, r.address)) for r in resources}
                answer = {a: Absent() if spec is None else Present(spec) for a, spec in found.items()}
                self.calls.append(deque([Answered(endpoint, answer)]))
            case Send(endpoint, steps):
                self.send(endpoint, steps)
            case Issue(steps):
                self.ledger.issue(steps)
            case Settle(pairs):
                self.ledger.settle(pairs)
            case Resolve(observed):
                self.ledger.resolve(observed)
            case Prepare(plan):
                self.ledger.prepare(plan)
            case Pause():
                self.pauses += 1
                self.calls.append(deque([Woke()]))

    def send(self, endpoint: Endpoint, steps: Any) -> None:
        for step in steps:
            self.changed += 1
            if step.change.after is None:
                self.cells.pop((endpoint, step.change.address), None)
            else:
                self.cells[endpoint, step.change.address] = step.change.after
        self.calls.append(deque([*(Heard(step, Done(step.change.address)) for step in steps), Ended(endpoint)]))


@st.composite
def resources(draw: st.DrawFn) -> dict[Address, Resource[Any]]:
    """In layers, as the real kinds are: what stands on something may move, what something stands on does not."""
    found: dict[Address, Resource[Any]] = {}
    for name in sorted(draw(st.lists(st.sampled_from(GROUND + GUESTS), unique=True))):
        address = Address("domain", "exp", name)
        below = [other for other in found if other.name in GROUND]
        needs = frozenset(other for other in below if draw(st.booleans()))
        host = draw(st.sampled_from(HOSTS)) if name in GUESTS else HOSTS[GROUND.index(name) % len(HOSTS)]
        spec = domain(name, draw(st.sampled_from([256, 512])))
        found[address] = Resource(address, Endpoint("thing", host), spec, needs)
    return found


@st.composite
def ledgers(draw: st.DrawFn) -> tuple[Ledger, Cells]:
    """Anything that may be recorded, under way and there: also what no run of ours would ever leave."""
    recorded = draw(resources())
    intended = {
        address: replace(r, spec=replace(r.spec, memory_mib=1024))
        for address, r in recorded.items()
        if draw(st.booleans())
    }
    intents = {
        address: OpenIntent(draw(st.sampled_from(Action)), r.endpoint, "earlier", accepted=draw(st.booleans()))
        for address, r in recorded.items()
        if draw(st.booleans())
    }
    cells: Cells = {
        (r.endpoint, address): draw(
            st.sampled_from([r.spec, replace(r.spec, memory_mib=1024), replace(r.spec, vcpu_count=9)])
        )
        for address, r in recorded.items()
        if draw(st.booleans())
    }
    return Ledger(recorded, intended, intents), cells


@settings(max_examples=300)
@given(ledgers(), resources(), st.randoms(use_true_random=False))
def test_from_any_state_what_is_wanted_is_reached_and_a_second_run_does_nothing(
    state: tuple[Ledger, Cells], wanted: dict[Address, Resource[Any]], random: Any
) -> None:
    ledger, cells = state

    def one_run() -> tuple[Finished, Hands]:
        runner = Hands(ledger, cells, random.randrange)
        return runner.run(
            Engine(RunConfig(lambda allocations: Desired(wanted), plan_step, guard=trusting), 0.0)
        ), runner

    finished, _ = one_run()
    assert finished.converged, (
        finished.decision.plan.waiting,
        finished.decision.plan.unknown,
        finished.decision.plan.foreign,
        list(finished.decision.plan.steps),
    )
    assert cells == {(r.endpoint, a): r.spec for a, r in wanted.items()}
    assert ledger.recorded == wanted and not ledger.open
    again, runner = one_run()
    assert again.converged and again.changed_count == 0 and runner.changed == 0


@settings(max_examples=100)
@given(ledgers(), resources())
def test_the_same_events_give_the_same_effects(
    state: tuple[Ledger, Cells], wanted: dict[Address, Resource[Any]]
) -> None:
    def trace() -> list[str]:
        ledger, cells = state
        runner = Hands(
            Ledger(dict(ledger.recorded), dict(ledger.intended), dict(ledger.open)), dict(cells), lambda n: 0
        )
        said: list[str] = []
        engine = Engine(RunConfig(lambda allocations: Desired(wanted), plan_step, guard=trusting), 0.0)
        effects = engine.begin()
        while not any(isinstance(e, Report) and isinstance(e.event, Finished) for e in effects):
            said += [f"{type(e).__name__} {getattr(e, 'endpoint', '')}" for e in effects]
            for effect in effects:
                runner.do(effect)
            effects = engine.step([runner.next()], 0.0)
        return [*said, repr(effects)]

    assert trace() == trace()


def test_nothing_is_begun_after_the_lifetime_closes_also_in_the_midst_of_a_pass() -> None:
    below = Resource(Address("domain", "exp", "a"), Endpoint("thing", "h1"), domain("a"))
    above = Resource(Address("domain", "exp", "x"), Endpoint("thing", "h2"), domain("x"), frozenset({below.address}))
    wanted = {r.address: r for r in (below, above)}
    runner = Hands(Ledger({}, {}, {}), {}, lambda count: 0)
    engine = Engine(RunConfig(lambda allocations: Desired(wanted), plan_step, guard=trusting, closes_s=5.0), 0.0)
    effects, now_s = engine.begin(), 0.0
    finished: Finished | None = None
    while finished is None:
        for effect in effects:
            if isinstance(effect, Report) and isinstance(effect.event, Finished):
                finished = effect.event
            runner.do(effect)
            if isinstance(effect, Send):
                now_s = 6.0
        effects = engine.step([runner.next()], now_s) if finished is None else ()
    assert list(runner.cells) == [(below.endpoint, below.address)]
    assert "lifetime is about to end" in finished.decision.plan.waiting[above.address] or not finished.converged
