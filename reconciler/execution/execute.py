"""Walk a plan: everything that is ready, one call per endpoint at a time, no stage barriers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any, Protocol, TypeAlias

from reconciler.execution.order import Frontier
from reconciler.model.address import Address, Endpoint
from reconciler.model.errors import ReconcilerError, Unreachable, Unreadable
from reconciler.model.outcome import Done, Failed, Outcome
from reconciler.model.plan import Plan, Step

Apply: TypeAlias = Callable[[Endpoint, Sequence[Step[Any]]], Iterator[Outcome]]


class Journal(Protocol):
    """Both calls return only once what they say is durable."""

    def issue(self, steps: Sequence[Step[Any]]) -> None: ...

    def settle(self, settled: Sequence[tuple[Step[Any], Outcome]]) -> None: ...


@dataclass(frozen=True, slots=True)
class Started:
    """These steps are about to be sent to their device."""

    endpoint: Endpoint
    steps: tuple[Step[Any], ...]


@dataclass(frozen=True, slots=True)
class Settled:
    step: Step[Any]
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Skipped:
    """Never sent, because of ``because`` (steps that did not succeed); empty when the run was stopped."""

    step: Step[Any]
    because: frozenset[Address]


Progress: TypeAlias = Started | Settled | Skipped


@dataclass(frozen=True, slots=True)
class _Ended:
    """A worker has nothing more to say about these steps; each that it did not settle failed with ``error``."""

    endpoint: Endpoint
    left: tuple[Step[Any], ...]
    error: ReconcilerError | None


def execute(
    plan: Plan, apply: Apply, pool: Executor, journal: Journal, stopped: Callable[[], bool] = lambda: False
) -> Iterator[Progress]:
    """Run every step whose needs are met and yield what happens as it happens.

    A step that fails or waits holds back what needs it, and nothing else.  Once ``stopped`` says so nothing more is
    sent; what is in flight is waited for.
    """
    frontier = Frontier(plan)
    said: SimpleQueue[Settled | _Ended] = SimpleQueue()
    busy: set[Endpoint] = set()
    while True:
        for endpoint in [] if stopped() else frontier.endpoints():
            if endpoint not in busy:
                steps = frontier.take(endpoint)
                journal.issue(steps)
                yield Started(endpoint, tuple(steps))
                busy.add(endpoint)
                pool.submit(_work, apply, endpoint, steps, said)
        if not busy:
            break
        for settled in _drain(said, busy):
            journal.settle([(one.step, one.outcome) for one in settled])
            for one in settled:
                if isinstance(one.outcome, Done):
                    frontier.done(one.step.change.address)
                yield one
    for address in frontier.left():
        yield Skipped(plan.steps[address], frontier.unmet(address))


def _drain(said: SimpleQueue[Settled | _Ended], busy: set[Endpoint]) -> Iterator[list[Settled]]:
    """What the workers said, at least one message and all that is there: so that one commit settles many."""
    settled: list[Settled] = []
    first = True
    while first or not said.empty():
        first = False
        message = said.get()
        if isinstance(message, Settled):
            settled.append(message)
            continue
        busy.discard(message.endpoint)
        error = message.error or ReconcilerError("the driver said nothing about this step")
        unsure = message.error is None or (error.retryable and isinstance(error, (Unreachable, Unreadable)))
        settled += [Settled(step, Failed(step.change.address, error, unsure)) for step in message.left]
    yield settled


def _work(apply: Apply, endpoint: Endpoint, steps: Sequence[Step[Any]], said: SimpleQueue[Settled | _Ended]) -> None:
    left = {step.change.address: step for step in steps}
    error: ReconcilerError | None = None
    try:
        for outcome in apply(endpoint, steps):
            said.put(Settled(left.pop(outcome.address), outcome))
    except ReconcilerError as known:
        error = known
    except Exception as bug:  # a fault of ours must not lose the other steps' outcomes
        error = Unreadable(f"{endpoint}: internal error: {bug!r}")
        error.__cause__ = bug
    finally:
        said.put(_Ended(endpoint, tuple(left.values()), error))
