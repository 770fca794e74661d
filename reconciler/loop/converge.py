"""Carry out what the engine asks for: with the real store, devices, threads and clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from queue import SimpleQueue

from reconciler.engine.effects import (
    AllocationsRead,
    Answered,
    Ask,
    Decision,
    Effect,
    Ended,
    Event,
    Finished,
    Heard,
    Issue,
    Pause,
    Prepare,
    QuarantineAddress,
    ReadAllocations,
    Report,
    ReportUnknownEpoch,
    Resolve,
    RunEvent,
    Send,
    Settle,
    StopAsked,
    Woke,
)
from reconciler.engine.engine import Engine
from reconciler.engine.run_config import CompileDesired, RunConfig, everything
from reconciler.engine.survey import Survey
from reconciler.engine.view import View
from reconciler.failpoint import reach
from reconciler.loop.run_context import RunContext
from reconciler.model.change import Change
from reconciler.model.errors import ReconcilerError, Unreadable
from reconciler.model.plan import Plan, Step


def survey(
    session: RunContext,
    compile_desired: CompileDesired,
    view: View | None = None,
    narrow: Callable[[Plan], Plan] = everything,
) -> Decision:
    """Observe what ``view`` does not know yet and decide.  Changes nothing, here or on any device, but for the epochs
    of marks where a run that holds the experiment looks behind a barrier.
    """
    runner = _EffectRunner(session)
    one = Survey(_config(session, compile_desired, narrow), view if view is not None else View())
    effects = one.begin()
    while True:
        for effect in effects:
            runner.carry_out(effect)
        if one.decision is not None:
            return one.decision
        effects = []
        for event in runner.heard():
            match event:
                case AllocationsRead(allocations):
                    effects += one.read(allocations)
                case Answered():
                    effects += one.answered(event)


def converge(
    session: RunContext,
    compile_desired: CompileDesired,
    approved: Plan | None = None,
    narrow: Callable[[Plan], Plan] = everything,
    view: View | None = None,
) -> Iterator[RunEvent]:
    """Pass after pass until what is wanted is observed, or nothing more can be done about it.

    Args:
        approved: the plan a person said yes to.
        narrow: leaves of each pass's plan the part that is to be done.
        view: what was observed a moment ago, and need not be asked again.

    Raises:
        Locked: another run has taken the experiment over; what this one had under way is in the journal.
    """
    runner = _EffectRunner(session)
    engine = Engine(_config(session, compile_desired, narrow, approved), session.now_s(), view)
    effects, stopping = engine.begin(), False
    while True:
        for effect in effects:
            if isinstance(effect, Report):
                yield effect.event
                if isinstance(effect.event, Finished):
                    return
            else:
                runner.carry_out(effect)
        events = runner.heard()
        if session.stopped() and not stopping:
            stopping = True
            events.insert(0, StopAsked())
        effects = engine.step(events, session.now_s())


def note(session: RunContext, decision: Decision) -> None:
    """Write down what a look found out, where nothing is left to do."""
    if decision.findings:
        session.store.resolve(session.run, decision.findings)
    if decision.plan.record:
        session.store.prepare(session.run, decision.plan)


def _config(
    session: RunContext, compile_desired: CompileDesired, narrow: Callable[[Plan], Plan], approved: Plan | None = None
) -> RunConfig:
    def plan_step(change: Change[object]) -> Step[object]:
        return session.drivers[change.resource.endpoint.driver].plan(change)

    return RunConfig(
        compile_desired,
        plan_step,
        narrow,
        approved,
        session.has_lock,
        session.guard,
        session.closes_s,
        session.deadline_s,
    )


class _EffectRunner:
    """Does effects; calls to devices in the pool, everything else at once.  What came of it waits in ``heard``."""

    def __init__(self, session: RunContext) -> None:
        self._session = session
        self._said: SimpleQueue[Event] = SimpleQueue()

    def heard(self) -> list[Event]:
        """At least one event, and all that are there: so that one commit settles many."""
        events = [self._said.get()]
        while not self._said.empty():
            events.append(self._said.get())
        return events

    def carry_out(self, effect: Effect) -> None:
        name = type(effect).__name__
        reach(f"effect.{name}.before")
        self._do(effect)
        reach(f"effect.{name}.after")

    def _do(self, effect: Effect) -> None:
        session = self._session
        match effect:
            case ReadAllocations():
                self._said.put(AllocationsRead(session.store.allocations(session.experiment)))
            case Ask():
                session.pool.submit(self._ask, effect)
            case Resolve(observed):
                session.store.resolve(session.run, observed)
            case QuarantineAddress(number, reason):
                session.store.quarantine_address(session.run, number, reason)
            case ReportUnknownEpoch(experiment, epoch, found):
                session.store.report_unknown_epoch(session.run, experiment, epoch, found)
            case Prepare(plan):
                session.store.prepare(session.run, plan)
            case Issue(steps):
                session.store.issue(session.run, steps)
            case Send():
                session.pool.submit(self._send, effect)
            case Settle(pairs):
                session.store.settle(session.run, pairs)
            case Pause(seconds):
                session.pause(seconds)
                self._said.put(Woke())

    def _ask(self, ask: Ask) -> None:
        try:
            driver = self._session.drivers[ask.endpoint.driver]
            self._said.put(Answered(ask.endpoint, driver.observe(ask.endpoint, ask.resources, ask.fence)))
        except ReconcilerError as error:
            self._said.put(Answered(ask.endpoint, error))
        except BaseException as bug:  # a fault of ours tells nothing about the device
            self._said.put(Answered(ask.endpoint, _internal(ask.endpoint, bug)))

    def _send(self, send: Send) -> None:
        try:
            driver = self._session.drivers[send.endpoint.driver]
            steps = {step.change.address: step for step in send.steps}
            for outcome in driver.apply(send.endpoint, send.steps, send.fence):
                self._said.put(Heard(steps.pop(outcome.address), outcome))
            self._said.put(Ended(send.endpoint))
        except ReconcilerError as error:
            self._said.put(Ended(send.endpoint, error))
        except BaseException as bug:  # a fault of ours must not lose the other steps' outcomes
            self._said.put(Ended(send.endpoint, _internal(send.endpoint, bug)))


def _internal(endpoint: object, bug: BaseException) -> Unreadable:
    error = Unreadable(f"{endpoint}: internal error: {bug!r}")
    error.__cause__ = bug
    return error
