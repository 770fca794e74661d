"""What is asked of devices, and what need not be asked any more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from reconciler.loop.converge import converge
from reconciler.model.address import Address, Endpoint
from reconciler.model.desired import Desired
from reconciler.model.fence import Fence
from reconciler.model.outcome import Done, Outcome
from reconciler.model.plan import Step
from reconciler.model.resource import Absent, Present, Resource
from reconciler.resources.deployment import Deployment
from reconciler.resources.domain import Domain
from tests.loop.fleet import EXPERIMENT, Fleet, Put, make_session, make_store

HOST = Endpoint("fleet", "h1")
IMAGE = Resource(
    Address("deployment", EXPERIMENT, "h1"),
    Endpoint("fleet", "deployer"),
    Deployment("h1.here", "debian-xen", 1, "root"),
)


def guest(name: str) -> Resource:
    spec = Domain(f"exp-{name}", f"uuid-{name}", "/k", "", "", 256, 1, ())
    return Resource(Address("domain", EXPERIMENT, name), HOST, spec, frozenset({IMAGE.address}), IMAGE.address)


WANTED = {resource.address: resource for resource in (IMAGE, guest("a"), guest("b"))}


@dataclass(slots=True)
class Telling(Fleet):
    """Devices that say with each step what they have now, but for what they are silent about."""

    silent: set[Address] = field(default_factory=set)

    def apply(self, endpoint: Endpoint, steps: Sequence[Step[Put]], fence: Fence) -> Iterator[Outcome]:
        for outcome in Fleet.apply(self, endpoint, steps, fence):
            if isinstance(outcome, Done) and outcome.address not in self.silent:
                spec = self.cells.get((endpoint, outcome.address))
                yield Done(outcome.address, Absent() if spec is None else Present(spec))
            else:
                yield outcome


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as made:
        yield made


def apply(fleet: Fleet, pool: ThreadPoolExecutor) -> bool:
    last = list(converge(make_session(make_store(), fleet, pool), lambda allocations: Desired(WANTED)))[-1]
    return last.converged


def test_a_host_that_told_everything_with_its_steps_is_not_asked_once_more(pool: ThreadPoolExecutor) -> None:
    fleet = Telling()
    assert apply(fleet, pool)
    assert fleet.looks == [IMAGE.endpoint]


def test_a_host_that_left_something_unsaid_is_asked(pool: ThreadPoolExecutor) -> None:
    fleet = Telling(silent={guest("b").address})
    assert apply(fleet, pool)
    assert fleet.looks == [IMAGE.endpoint, HOST]


def test_what_a_host_reads_back_wrong_is_made_again(pool: ThreadPoolExecutor) -> None:
    class Forgetful(Telling):
        def _write(self, endpoint: Endpoint, step: Step[Put]) -> None:
            Fleet._write(self, endpoint, step)
            if step.change.address == guest("b").address and self.writes.count(f"put {step.change.address}") == 1:
                del self.cells[endpoint, step.change.address]

    fleet = Forgetful()
    assert apply(fleet, pool)
    assert fleet.writes.count(f"put {guest('b').address}") == 2
