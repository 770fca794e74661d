"""A reconciler process: the product's engine and store in virtual time; it can die between any two effects."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from reconciler.engine.effects import (
    AllocationsRead,
    Answered,
    Ask,
    Decision,
    Effect,
    Event,
    Finished,
    Issue,
    PassPlanned,
    Pause,
    Prepare,
    QuarantineAddress,
    ReadAllocations,
    Report,
    ReportUnknownEpoch,
    Resolve,
    Send,
    Settle,
    StopAsked,
    Woke,
)
from reconciler.engine.engine import Engine
from reconciler.engine.run_config import CompileDesired, RunConfig, nothing_desired
from reconciler.engine.survey import Survey
from reconciler.engine.view import View
from reconciler.model.errors import Locked, ReconcilerError, Refused
from reconciler.store.process import Process
from reconciler.store.store import ExperimentRow, Store
from tests.simulation.batch import Grants
from tests.simulation.call import Call
from tests.simulation.documents import Goal
from tests.simulation.ends import End, end_of, ended_by, event_of
from tests.simulation.lifetimes import Life, check_due, walltime
from tests.simulation.scheduler import PARKED, Steps, Task

if TYPE_CHECKING:
    from tests.simulation.world import World

BEAT_S = 20.0
LOCK_TRIES = 3

Doing = Generator[float, None, Any]


class Reconciler:
    """One process with one errand.  ``end`` is there once it is over.

    ``due``: the life that it is to end because its time has come, and no other.
    """

    def __init__(
        self,
        world: World,
        name: str,
        experiment: str,
        goal: Goal | None,
        me: Process,
        skew_s: float,
        due: ExperimentRow | None = None,
    ) -> None:
        self._world, self.name, self.experiment, self.goal, self.me = world, name, experiment, goal, me
        self._skew = timedelta(seconds=skew_s)
        self.store: Store = world.store_for(me, self.clock)
        self.life, self._due = Life(self.store, experiment, goal, self.clock), due
        self.end: End | None = None
        self.tasks: list[Task] = []
        self.calls: list[tuple[Call, Task]] = []
        self._inbox: list[Event] = []
        self._given_up: dict[str, set[str]] = {}
        self._stopping = self._stop_told = False
        self._points = self._asked = 0
        self._finished: Finished | None = None
        self._wanted: Goal | None = goal
        self._told: Grants = {}
        self._closes_s = float("inf")
        self._decided = self.clock()

    def clock(self) -> datetime:
        return self._world.utc() + self._skew

    def start(self) -> None:
        self.tasks.append(self._world.scheduler.spawn(f"{self.name} main", self._main()))

    # -- its life ------------------------------------------------------------------------------------

    def _main(self) -> Steps:
        tries = 0
        term = self.life.term()
        try:
            term.refuse_if_over(self.experiment, self.clock())
        except Refused as error:
            self._world.ended(self, ended_by(error))
            return
        while True:
            yield from self._boundary("Lock")
            try:
                self.store.lock(self.experiment, self.name)
                break
            except Locked as error:
                tries += 1
                if tries > LOCK_TRIES:
                    self._world.ended(self, End(False, (f"locked: {error}",)))
                    return
            except Refused as error:
                self._world.ended(self, ended_by(error))
                return
            yield 10.0
        beat = self._world.scheduler.spawn(f"{self.name} beat", self._beat())
        self.tasks.append(beat)
        try:
            term.refuse_if_taken_down(self.experiment, self.life.term(), self.clock())
            if self._due not in (None, self.life.row()):
                raise Refused("it was applied just as its lifetime ended")
            end = yield from (self._destroy() if self.goal is None else self._apply(self.goal))
        except ReconcilerError as error:
            end = ended_by(error)
        self._world.scheduler.end(beat)
        yield from self._boundary("Unlock")
        self.store.unlock(self.experiment, self.name)
        self._world.ended(self, end)

    def _beat(self) -> Steps:
        while True:
            yield BEAT_S
            try:
                self.store.beat(self.experiment, self.name)
            except (Locked, Refused):
                self.stop()
                return

    def stop(self) -> None:
        """As a first SIGTERM."""
        self._stopping = True
        self._world.scheduler.wake(self.tasks[0])

    def _apply(self, goal: Goal) -> Doing:
        compile_desired = self._world.compile_desired(self.experiment, goal)
        view = View()
        decision: Decision = yield from self._look(self._config(compile_desired), view)
        yield from self._boundary("Begin")
        self.store.begin(self.experiment, repr(goal), walltime(goal), "destroy", run=self.name)
        if decision.plan.converged:
            yield from self._note(decision)
            return End(converged=True)
        self._closes_s = self._world.scheduler.now_s + self.life.closes_in_s()
        end: End = yield from self._converge(self._config(compile_desired, decision), view)
        if end.converged or self._world.scheduler.now_s < self._closes_s:
            return end
        term = self.life.term()
        if term.span is not None:  # else it was overtaken, and somebody else ended it
            check_due(term, self.clock())
        self._closes_s, self._stop_told = float("inf"), False
        end = yield from self._destroy()
        return replace(end, over=end.converged)

    def _destroy(self) -> Doing:
        view, self._wanted = View(), None
        decision: Decision = yield from self._look(self._config(nothing_desired), view)
        end = End(converged=True)
        if not decision.plan.converged:
            end = yield from self._converge(self._config(nothing_desired, decision), view)
        if end.converged:
            yield from self._boundary("End")
            self.store.end(self.experiment, run=self.name)
        return end

    def _note(self, decision: Decision) -> Doing:
        if decision.findings:
            yield from self._boundary("Resolve")
            self.store.resolve(self.name, decision.findings)
        if decision.plan.record:
            yield from self._boundary("Prepare")
            self.store.prepare(self.name, decision.plan)

    def _config(self, compile_desired: CompileDesired, approved: Decision | None = None) -> RunConfig:
        plan = approved.plan if approved is not None else None
        return RunConfig(
            compile_desired, self._world.plan_step, approved=plan, closes_s=self._closes_s, deadline_s=self._closes_s
        )

    # -- the interpreter -----------------------------------------------------------------------------

    def _look(self, config: RunConfig, view: View) -> Doing:
        one = Survey(config, view)
        effects: list[Effect] = list(one.begin())
        while True:
            for effect in effects:
                yield from self._carry_out(effect)
            if one.decision is not None:
                return one.decision
            effects = []
            for event in (yield from self._heard()):
                if isinstance(event, AllocationsRead):
                    effects += one.read(event.allocations)
                elif isinstance(event, Answered):
                    effects += one.answered(event)

    def _converge(self, config: RunConfig, view: View) -> Doing:
        engine = Engine(config, self._world.scheduler.now_s, view)
        effects: Iterable[Effect] = engine.begin()
        while True:
            for effect in effects:
                if isinstance(effect, Report):
                    if isinstance(effect.event, Finished):
                        return end_of(effect.event)
                    if isinstance(effect.event, PassPlanned) and self._world.batch is not None:
                        self._world.batch.judge_plan(self.experiment, effect.event.decision.plan, self._told)
                    continue
                yield from self._carry_out(effect)
            events: list[Event] = yield from self._heard()
            if self._stopping and not self._stop_told:
                self._stop_told = True
                events.insert(0, StopAsked())
            self._decided = self.clock()
            effects = engine.step(events, self._world.scheduler.now_s)

    def _heard(self) -> Doing:
        while not self._inbox:
            yield PARKED
        events, self._inbox = self._inbox, []
        return events

    def _carry_out(self, effect: Effect) -> Doing:
        yield from self._boundary(type(effect).__name__, effect)
        match effect:
            case ReadAllocations():
                self._told = self._world.grants(self.experiment, self._wanted)
                self._hear(AllocationsRead(replace(self.store.allocations(self.experiment), grants=self._told)))
            case Ask(endpoint, resources, fence):
                self._call(
                    Call(self._call_name(endpoint, "ask"), self.experiment, self.name, endpoint, fence, resources)
                )
            case Send(endpoint, steps, fence):
                self.life.check_steps(steps, self._decided)
                name = self._call_name(endpoint, "send")
                self._call(Call(name, self.experiment, self.name, endpoint, fence, steps=steps))
            case Resolve(observed):
                self.store.resolve(self.name, observed)
            case QuarantineAddress(number, reason):
                self.store.quarantine_address(self.name, number, reason)
                self._world.books_changed(self.experiment, "address disowned")
            case ReportUnknownEpoch(experiment, epoch, found):
                self.store.report_unknown_epoch(self.name, experiment, epoch, found)
            case Prepare(plan):
                self.store.prepare(self.name, plan)
            case Issue(steps):
                self.store.issue(self.name, steps)
            case Settle(pairs):
                self.store.settle(self.name, pairs)
            case Pause(seconds):
                if not self._stopping:
                    yield max(seconds, 0.001)
                self._hear(Woke())
            case _:
                raise NotImplementedError(f"the simulator does not carry out {type(effect).__name__}")

    def _call_name(self, endpoint: object, what: str) -> str:
        self._asked += 1
        return f"{self.name} {what} {endpoint} {self._asked}"

    def _call(self, call: Call) -> None:
        call.given_up = self._given_up
        call.tell = lambda said: self._hear(event_of(call, said))
        self.calls.append((call, self._world.place(call, self)))

    def _hear(self, event: Event) -> None:
        self._inbox.append(event)
        self._world.scheduler.wake(self.tasks[0])

    def _boundary(self, what: str, effect: object = None) -> Doing:
        """Between two effects: others go on, and this process may be stopped, frozen or killed."""
        self._points += 1
        yield from self._world.pass_boundary(self, f"{self.name} {self._points}", what, effect)
