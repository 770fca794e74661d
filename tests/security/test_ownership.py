"""S15: right before anything is sent, every part of it is held against the state database once more."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from reconciler.loop.converge import converge
from reconciler.loop.run_context import Guard, RunContext
from reconciler.model.address import Address, Endpoint
from reconciler.model.desired import Desired
from reconciler.model.errors import Refused
from reconciler.model.resource import Resource
from reconciler.planning.guards import unowned
from reconciler.resources.bridge import Bridge
from reconciler.resources.domain import Domain, Nic
from reconciler.resources.host import Host
from reconciler.resources.reservation import Reservation
from reconciler.resources.switch import EdgePort, SwitchSlice
from tests.loop.fleet import EXPERIMENT, Fleet, make_session, make_store
from tests.planning.worlds import trusting


def behind(switch: str, port: str) -> str | None:
    return "h9" if port == "e9" else None


def guarded(plan: Any, allocations: Any) -> Any:
    """As the program sets it up, cables known."""
    return unowned(plan, allocations, behind)


def wanted(kind: str, host: str, spec: Any) -> Resource[Any]:
    return Resource(Address(kind, EXPERIMENT, host), Endpoint("fleet", host), spec)


FOREIGN = {
    "a node of anothers": wanted("host", "h9", Host("", "")),
    "a guest on a node of anothers": wanted("domain", "h9", Domain("exp-a", "u", "/k", "", "", 256, 1, ())),
    "a VLAN of anothers": wanted("bridge", "h1", Bridge("xbr999", "eth1", 999)),
    "an address of anothers": wanted(
        "domain", "h1", Domain("exp-a", "u", "/k", "", "", 256, 1, (Nic("00:16:3e:88:00:09", "xbr1"),))
    ),
    "a port of anothers machine": wanted("switch", "sw", SwitchSlice((EdgePort("e9", "t", access=100),))),
    "a VLAN of anothers on a port of ours": wanted("switch", "sw", SwitchSlice((EdgePort("e1", "t", trunk=(999,)),))),
}
CAUGHT_BY_THE_BOOKS_TOO = {"a node of anothers", "a guest on a node of anothers"}


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


def run(session: RunContext, *resources: Resource[Any]) -> dict[Address, str]:
    """Converge on a world with these in it; what is reported as not ours."""
    reports = list(
        converge(session, lambda allocations: Desired({resource.address: resource for resource in resources}), None)
    )
    return dict(reports[-1].decision.plan.foreign)  # type: ignore[union-attr]  # the last report is Finished


def prepared(fleet: Fleet, pool: ThreadPoolExecutor, guard: Guard) -> RunContext:
    return replace(make_session(make_store(), fleet, pool), guard=guard)


@pytest.mark.parametrize("resource", FOREIGN.values(), ids=FOREIGN)
def test_s15_what_is_not_held_now_is_not_sent_and_is_named(resource: Resource[Any], pool: ThreadPoolExecutor) -> None:
    fleet = Fleet()
    found = run(prepared(fleet, pool, guarded), resource)
    assert fleet.writes == []
    assert "not sent" in found[resource.address]


@pytest.mark.parametrize("what", sorted(FOREIGN.keys() - CAUGHT_BY_THE_BOOKS_TOO))
def test_s15_without_the_guard_it_would_be_sent(what: str, pool: ThreadPoolExecutor) -> None:
    """So that the test before can fail."""
    fleet = Fleet()
    run(prepared(fleet, pool, trusting), FOREIGN[what])
    assert fleet.writes


@pytest.mark.parametrize("what", sorted(CAUGHT_BY_THE_BOOKS_TOO))
def test_s15_a_node_that_is_not_held_is_refused_by_the_books_as_well(what: str, pool: ThreadPoolExecutor) -> None:
    """The books look in the transaction that makes the step durable: a node handed over since the plan is seen."""
    fleet = Fleet()
    with suppress(Refused):
        run(prepared(fleet, pool, trusting), FOREIGN[what])
    assert fleet.writes == []


def test_s15_what_is_held_is_sent(pool: ThreadPoolExecutor) -> None:
    fleet = Fleet()
    held = wanted("reservation", "allocations", Reservation(("h1",)))
    host = replace(wanted("host", "h1", Host("", "")), needs=frozenset({held.address}))
    assert run(prepared(fleet, pool, guarded), held, host) == {}
    assert f"put {host.address}" in fleet.writes


def test_s15_a_session_has_the_guard_unless_told_otherwise() -> None:
    assert RunContext.__dataclass_fields__["guard"].default is unowned
