"""Carry out what the engine asks for: with the real store, devices, threads and clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from queue import SimpleQueue

from reconciler.engine.effects import (
    Answered,
    Ask,
    BookRead,
    Decision,
    Disown,
    Effect,
    Ended,
    Event,
    Finished,
    Heard,
    Issue,
    Pause,
    Prepare,
    ReadBook,
    Report,
    Resolve,
    Send,
    Settle,
    StopAsked,
    Suspect,
    Tell,
    Woke,
)
from reconciler.engine.engine import Engine
from reconciler.engine.look import Look
from reconciler.engine.setting import Desire, Setting, everything
from reconciler.engine.view import View
from reconciler.failpoint import reach
from reconciler.loop.session import Session
from reconciler.model.change import Change
from reconciler.model.errors import ReconcilerError, Refused, Unreadable
from reconciler.model.plan import Plan, Step


def look(
    session: Session, desire: Desire, view: View | None = None, narrow: Callable[[Plan], Plan] = everything
) -> Decision:
    """Observe what ``view`` does not know yet and decide.  Changes nothing, here or on any device, but for the epochs
    of marks where a run that holds the experiment looks behind a barrier.
    """
    hands = _Hands(session)
    one = Look(_setting(session, desire, narrow), view if view is not None else View())
    effects = one.begin()
    while True:
        for effect in effects:
            hands.carry_out(effect)
        if one.decision is not None:
            return one.decision
        effects = []
        for event in hands.heard():
            match event:
                case BookRead(book):
                    effects += one.read(book)
                case Answered():
                    effects += one.answered(event)


def converge(
    session: Session,
    desire: Desire,
    approved: Plan | None = None,
    narrow: Callable[[Plan], Plan] = everything,
    view: View | None = None,
) -> Iterator[Report]:
    """Pass after pass until what is wanted is observed, or nothing more can be done about it.

    Args:
        approved: the plan a person said yes to.
        narrow: leaves of each pass's plan the part that is to be done.
        view: what was observed a moment ago, and need not be asked again.

    Raises:
        Locked: another run has taken the experiment over; what this one had under way is in the journal.
    """
    hands = _Hands(session)
    engine = Engine(_setting(session, desire, narrow, approved), session.now_s(), view)
    effects, stopping = engine.begin(), False
    while True:
        for effect in effects:
            if isinstance(effect, Tell):
                yield effect.report
                if isinstance(effect.report, Finished):
                    return
            else:
                hands.carry_out(effect)
        events = hands.heard()
        if session.stopped() and not stopping:
            stopping = True
            events.insert(0, StopAsked())
        effects = engine.step(events, session.now_s())


def note(session: Session, decision: Decision) -> None:
    """Write down what a look found out, where nothing is left to do."""
    if decision.findings:
        session.store.resolve(session.run, decision.findings)
    if decision.plan.record:
        session.store.prepare(session.run, decision.plan)


def _setting(session: Session, desire: Desire, narrow: Callable[[Plan], Plan], approved: Plan | None = None) -> Setting:
    def lower(change: Change[object]) -> Step[object]:
        return session.drivers[change.resource.endpoint.driver].plan(change)

    return Setting(desire, lower, narrow, approved, session.holds, session.guard, session.closes_s, session.deadline_s)


class _Hands:
    """Does effects; calls to devices in the pool, everything else at once.  What came of it waits in ``heard``."""

    def __init__(self, session: Session) -> None:
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
            case ReadBook():
                self._said.put(BookRead(session.store.book(session.experiment)))
            case Ask():
                session.pool.submit(self._ask, effect)
            case Resolve(observed):
                session.store.resolve(session.run, observed)
            case Disown(number, reason):
                session.store.disown(session.run, number, reason)
            case Suspect(experiment, epoch, found):
                session.store.suspect(session.run, experiment, epoch, found)
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
            driver = self._session.drivers.get(ask.endpoint.driver)
            if driver is None:
                raise Refused(f"no driver named {ask.endpoint.driver}")
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
