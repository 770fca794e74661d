"""What every driver must do.  A new driver is tested here without editing this file.

Its ``simulator.py`` (in ``tests/drivers/``) has ``make()``: a driver on a device in memory, and ``SPECS``, states one
resource can have there (or a mapping from kind to such states).  It may set ``KIND``, ``ENDPOINT`` (a host), and
``KEEPS_RELEASED`` (a delete leaves the device as it is).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from itertools import product
from typing import Any

import pytest

from reconciler.drivers import discover, module_of
from reconciler.model.address import Address, Endpoint
from reconciler.model.change import Change
from reconciler.model.outcome import Done
from reconciler.model.resource import Absent, Present, Resource
from reconciler.resources.kinds import VERIFIED
from tests.drivers.fence import FENCE


def simulator(name: str) -> Any:
    return import_module(f"tests.{module_of(name).removeprefix('reconciler.')}.simulator")


def kinds(name: str) -> Mapping[str, tuple[Any, ...]]:
    specs = simulator(name).SPECS
    return specs if isinstance(specs, Mapping) else {getattr(simulator(name), "KIND", name): tuple(specs)}


def cases() -> Iterator[Any]:
    for name in discover():
        for kind, specs in kinds(name).items():
            if kind in VERIFIED:  # nothing of it is brought about: test_every_field.py
                continue
            states = tuple(enumerate((None, *specs)))
            for (i, before), (j, after) in product(states, states):
                if i != j:
                    yield pytest.param(name, kind, before, after, id=f"{name}-{kind}-{i}-{j}")


def resource(name: str, kind: str, spec: Any) -> Resource[Any]:
    host = getattr(simulator(name), "ENDPOINT", "h1.lille")
    return Resource(Address(kind, "exp", "web-0"), Endpoint(name, host), spec)


def change(name: str, kind: str, before: Any, after: Any) -> Change[Any]:
    return Change(resource(name, kind, before if after is None else after), before, after)


def run(driver: Any, due: Change[Any]) -> list[Any]:
    return list(driver.apply(due.resource.endpoint, [driver.plan(due)], FENCE))


def see(driver: Any, wanted: Resource[Any]) -> Any:
    return driver.observe(wanted.endpoint, [wanted], FENCE)[wanted.address]


def bring_to(driver: Any, name: str, kind: str, state: Any) -> None:
    if state is not None:
        outcomes = run(driver, change(name, kind, None, state))
        assert [type(outcome) for outcome in outcomes] == [Done], outcomes


@pytest.mark.parametrize("name", discover())
def test_every_driver_has_a_simulator(name: str) -> None:
    assert simulator(name).make


@pytest.mark.parametrize(("name", "kind", "before", "after"), list(cases()))
def test_apply_brings_about_what_plan_promised(name: str, kind: str, before: Any, after: Any) -> None:
    driver = simulator(name).make()
    bring_to(driver, name, kind, before)
    due = change(name, kind, before, after)
    outcomes = run(driver, due)
    assert [type(outcome) for outcome in outcomes] == [Done], outcomes
    if after is None and getattr(simulator(name), "KEEPS_RELEASED", False):
        assert see(driver, due.resource) == Present(before)
    else:
        assert see(driver, due.resource) == (Absent() if after is None else Present(after))
        assert outcomes[0].readback in (None, see(driver, due.resource))


@pytest.mark.parametrize(("name", "kind", "before", "after"), list(cases()))
def test_observe_and_plan_change_nothing(name: str, kind: str, before: Any, after: Any) -> None:
    driver = simulator(name).make()
    bring_to(driver, name, kind, before)
    due = change(name, kind, before, after)
    recorded = resource(name, kind, after if before is None else before)
    was = see(driver, recorded)
    assert was == (Absent() if before is None else Present(before))
    assert driver.plan(due) == driver.plan(due)
    assert see(driver, recorded) == was


@pytest.mark.parametrize(("name", "kind", "before", "after"), list(cases()))
def test_apply_again_is_harmless(name: str, kind: str, before: Any, after: Any) -> None:
    driver = simulator(name).make()
    bring_to(driver, name, kind, before)
    due = change(name, kind, before, after)
    run(driver, due)
    settled = see(driver, due.resource)
    run(driver, due)
    assert see(driver, due.resource) == settled


@pytest.mark.parametrize(("name", "kind", "before", "after"), list(cases()))
def test_every_command_has_text_and_is_a_value(name: str, kind: str, before: Any, after: Any) -> None:
    step = simulator(name).make().plan(change(name, kind, before, after))
    assert step.commands
    for command in step.commands:
        assert str(command).strip()
        assert hash(command) == hash(command)


@pytest.mark.parametrize("name", discover())
def test_nothing_to_do_is_nothing_done(name: str) -> None:
    driver = simulator(name).make()
    kind = next(iter(kinds(name)))
    assert list(driver.apply(resource(name, kind, None).endpoint, [], FENCE)) == []
