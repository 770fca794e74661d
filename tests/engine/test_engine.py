"""Walking a plan: order, batches, what is skipped, what a stop leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Barrier, Lock
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.engine.effects import Settled, Skipped, Started, StepEvent
from reconciler.engine.run_config import nothing_desired
from reconciler.loop.converge import converge
from reconciler.loop.run_context import RunContext
from reconciler.model.address import Address, Endpoint
from reconciler.model.errors import Locked, Refused, Rejected, Unreachable
from reconciler.model.fence import Fence
from reconciler.model.outcome import Done, Failed, Outcome, Waiting
from reconciler.model.plan import Plan, Step
from reconciler.model.resource import Observed
from reconciler.resources.allocations import Allocations
from tests.planning.worlds import at, planned, thing, trusting


@dataclass(slots=True)
class Notes:
    """A store that remembers the order of everything, calls to devices included."""

    said: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    refuse_issue: bool = False

    def allocations(self, experiment: str) -> Allocations:
        return Allocations()

    def prepare(self, run: str, plan: Plan) -> None:
        self.said.append(("prepare", tuple(a.name for a in plan.steps)))

    def issue(self, run: str, steps: Sequence[Step[Any]]) -> None:
        if self.refuse_issue:
            raise Locked("taken over")
        self.said.append(("issue", tuple(s.change.address.name for s in steps)))

    def settle(self, run: str, settled: Iterable[tuple[Step[Any], Outcome]]) -> None:
        self.said.append(("settle", tuple(step.change.address.name for step, _ in settled)))

    def quarantine_address(self, run: str, number: int, reason: str) -> None:
        self.said.append(("disown", (str(number),)))

    def resolve(self, run: str, observed: Mapping[Address, Observed[Any]]) -> None:
        self.said.append(("resolve", tuple(a.name for a in observed)))


@dataclass(slots=True)
class Device:
    """A driver that only applies: what is there does not matter to how a plan is walked."""

    act: Callable[[Endpoint, Sequence[Step[Any]]], Iterator[Outcome]]

    def apply(self, endpoint: Endpoint, steps: Sequence[Step[Any]], fence: Fence) -> Iterator[Outcome]:
        return self.act(endpoint, steps)


def run(plan: Plan, apply: Any, notes: Notes | None = None, stopped: Any = lambda: False) -> list[StepEvent]:
    """The first pass of a run that has decided on ``plan``."""
    plans = iter([plan])
    drivers: Any = {step.change.resource.endpoint.driver: Device(apply) for step in plan.steps.values()}
    with ThreadPoolExecutor(4) as pool:
        session = RunContext(
            "exp", "run", notes or Notes(), drivers, pool, stopped, lambda seconds: None, lambda: 0.0, guard=trusting
        )
        reports = list(converge(session, nothing_desired, narrow=lambda _: next(plans, Plan({}, {}))))
    return [report for report in reports if isinstance(report, (Started, Settled, Skipped))]


def obey(endpoint: Endpoint, steps: Sequence[Step[Any]]) -> Iterator[Outcome]:
    yield from (Done(step.change.address) for step in steps)


def outcomes(progress: list[StepEvent]) -> dict[str, Outcome]:
    return {p.step.change.address.name: p.outcome for p in progress if isinstance(p, Settled)}


def skipped(progress: list[StepEvent]) -> dict[str, list[str]]:
    return {p.step.change.address.name: sorted(a.name for a in p.because) for p in progress if isinstance(p, Skipped)}


def batches(progress: list[StepEvent]) -> list[list[str]]:
    return [[step.change.address.name for step in p.steps] for p in progress if isinstance(p, Started)]


A = thing("a")
B = thing("b", needs=[A])
FAR = thing("far", on="h2")


def test_a_chain_on_one_device_is_one_call_needs_first() -> None:
    assert batches(run(planned([B, A]), obey)) == [["a", "b"]]


def test_a_need_on_another_device_makes_two_calls() -> None:
    assert batches(run(planned([FAR, thing("b", needs=[FAR])]), obey)) == [["far"], ["b"]]


def test_devices_are_called_at_the_same_time() -> None:
    met = Barrier(2, timeout=10)

    def together(endpoint: Endpoint, steps: Sequence[Step[Any]]) -> Iterator[Outcome]:
        met.wait()
        yield from obey(endpoint, steps)

    assert len(outcomes(run(planned([A, FAR]), together))) == 2


def test_an_intent_is_durable_before_its_device_is_called() -> None:
    notes = Notes()

    def watching(endpoint: Endpoint, steps: Sequence[Step[Any]]) -> Iterator[Outcome]:
        assert notes.said[-1] == ("issue", ("a",))
        yield from obey(endpoint, steps)

    assert isinstance(outcomes(run(planned([A]), watching, notes))["a"], Done)
    assert notes.said == [("prepare", ("a",)), ("issue", ("a",)), ("settle", ("a",))]


def test_nothing_is_sent_when_the_journal_refuses() -> None:
    def never(endpoint: Endpoint, steps: Sequence[Step[Any]]) -> Iterator[Outcome]:
        raise AssertionError("sent without a record")

    with pytest.raises(Locked):
        run(planned([A]), never, Notes(refuse_issue=True))


@pytest.mark.parametrize("outcome", [Failed(at("far"), Rejected("no")), Waiting(at("far"), "busy", 2.0)])
def test_what_does_not_succeed_holds_back_what_needs_it_and_nothing_else(outcome: Outcome) -> None:
    def apply(endpoint: Endpoint, steps: Sequence[Step[Any]]) -> Iterator[Outcome]:
        yield from [outcome] if endpoint.host == "h2" else obey(endpoint, steps)

    child = thing("child", needs=[FAR])
    grandchild = thing("grandchild", on="h3", needs=[child])
    progress = run(planned([FAR, child, grandchild, A]), apply)
    assert outcomes(progress) == {"far": outcome, "a": Done(at("a"))}
    assert skipped(progress) == {"child": ["far"], "grandchild": ["child"]}


def test_a_lost_connection_leaves_an_unsure_outcome() -> None:
    def apply(endpoint: Endpoint, steps: Sequence[Step[Any]]) -> Iterator[Outcome]:
        yield Done(steps[0].change.address)
        raise Unreachable("cut")

    found = outcomes(run(planned([A, thing("z")]), apply))
    assert isinstance(found["a"], Done)
    assert isinstance(found["z"], Failed) and found["z"].unsure


def test_a_refusal_is_a_sure_outcome() -> None:
    def apply(endpoint: Endpoint, steps: Sequence[Step[Any]]) -> Iterator[Outcome]:
        raise Refused("not ours")
        yield

    found = outcomes(run(planned([A]), apply))["a"]
    assert isinstance(found, Failed) and not found.unsure


def test_a_step_the_driver_says_nothing_about_is_unsure() -> None:
    found = outcomes(run(planned([A]), lambda endpoint, steps: iter(())))["a"]
    assert isinstance(found, Failed) and found.unsure


def test_a_fault_of_ours_is_named_and_loses_no_other_steps() -> None:
    def apply(endpoint: Endpoint, steps: Sequence[Step[Any]]) -> Iterator[Outcome]:
        if endpoint.host == "h1":
            raise ZeroDivisionError("ours")
        yield from obey(endpoint, steps)

    found = outcomes(run(planned([A, FAR]), apply))
    assert "internal error: ZeroDivisionError" in str(found["a"].error) and found["a"].unsure
    assert isinstance(found["far"], Done)


def test_once_stopped_nothing_more_is_sent_and_what_is_under_way_is_waited_for() -> None:
    stop: list[bool] = []

    def apply(endpoint: Endpoint, steps: Sequence[Step[Any]]) -> Iterator[Outcome]:
        stop.append(True)
        yield from obey(endpoint, steps)

    progress = run(planned([FAR, thing("b", needs=[FAR])]), apply, stopped=lambda: bool(stop))
    assert list(outcomes(progress)) == ["far"]
    assert skipped(progress) == {"b": []}


names = st.sampled_from("abcdefgh")


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    found: list[Any] = []
    for name in draw(st.lists(names, unique=True)):
        needs = [need for need in found if draw(st.booleans())]
        found.append(thing(name, on=draw(st.sampled_from(["h1", "h2", "h3"])), needs=needs))
    return planned(found) if draw(st.booleans()) else planned([], found)


@settings(max_examples=60, deadline=None)
@given(plan=plans(), failing=st.sets(names, max_size=2))
def test_every_step_ends_once_after_its_needs_and_one_call_at_a_time_per_device(plan: Plan, failing: set[str]) -> None:
    busy: set[Endpoint] = set()
    done: list[Address] = []
    lock = Lock()

    def apply(endpoint: Endpoint, steps: Sequence[Step[Any]]) -> Iterator[Outcome]:
        with lock:
            assert endpoint not in busy
            busy.add(endpoint)
        failed: set[Address] = set()
        for step in steps:
            address = step.change.address
            if address.name in failing or plan.after[address] & failed:
                failed.add(address)
                yield Failed(address, Rejected("no"))
                continue
            assert plan.after[address] <= set(done)
            done.append(address)
            yield Done(address)
        with lock:
            busy.remove(endpoint)

    progress = run(plan, apply)
    ended = [p.step.change.address for p in progress if isinstance(p, (Settled, Skipped))]
    assert sorted(ended) == sorted(plan.steps)
    assert set(outcomes(progress)) | set(skipped(progress)) == {address.name for address in plan.steps}
