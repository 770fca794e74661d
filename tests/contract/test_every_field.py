"""No driver forgets a field: each one of every spec is varied, and the device must show the difference.

A simulator may set ``UNSEEN``, by kind: fields that no device of its shows, each with the reason; and ``BASES``, by
kind: the state whose fields are varied, where the first of its ``SPECS`` leaves some empty; and ``VARIED``, by kind and
field: the state that differs in it, where one made up would not be valid.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import pytest

from reconciler.drivers import discover
from reconciler.model.change import Change
from reconciler.model.errors import Refused
from reconciler.model.outcome import Done
from reconciler.model.plan import Step
from reconciler.model.resource import Present
from reconciler.resources.kinds import KINDS, VERIFIED
from tests.contract.test_driver_contract import bring_to, change, kinds, resource, run, see, simulator
from tests.contract.varying import Variation, variations
from tests.drivers.fence import FENCE


def base_of(name: str, kind: str) -> Any:
    return getattr(simulator(name), "BASES", {}).get(kind, kinds(name)[kind][0])


def unseen(name: str, kind: str) -> Mapping[str, str]:
    found: Mapping[str, str] = getattr(simulator(name), "UNSEEN", {}).get(kind, {})
    return found


def varied(name: str, kind: str) -> list[Variation]:
    own = getattr(simulator(name), "VARIED", {}).get(kind, {})
    return list(variations(base_of(name, kind), kinds(name)[kind], own))


def cases() -> Iterator[Any]:
    for name in discover():
        for kind in kinds(name):
            for variation in varied(name, kind):
                if variation.field not in unseen(name, kind):
                    yield pytest.param(name, kind, variation, id=f"{name}-{kind}-{variation.field}")


def see_both(driver: Any, name: str, kind: str, varied: Any) -> Any:
    """As the engine asks: about what is desired and what is recorded."""
    wanted = [resource(name, kind, varied), resource(name, kind, base_of(name, kind))]
    return driver.observe(wanted[0].endpoint, wanted, FENCE)[wanted[0].address]


def check_field(driver: Any, name: str, kind: str, state: Any) -> None:
    """The device is seen not to have it before, and to have it after."""
    base = base_of(name, kind)
    bring_to(driver, name, kind, base)
    assert see(driver, resource(name, kind, base)) == Present(base)
    assert see_both(driver, name, kind, state) != Present(state), "what is not on the device is said to be there"
    if kind in VERIFIED:
        return
    due = change(name, kind, base, state)
    outcomes = run(driver, due)
    assert [type(outcome) for outcome in outcomes] == [Done], outcomes
    assert see(driver, due.resource) == Present(state)


@pytest.mark.parametrize(("name", "kind", "variation"), list(cases()))
def test_a_field_that_differs_is_seen_and_changed(name: str, kind: str, variation: Variation) -> None:
    check_field(simulator(name).make(), name, kind, variation.spec)


def test_every_kind_has_a_driver_whose_simulator_can_make_it() -> None:
    assert {kind for name in discover() for kind in kinds(name)} == set(KINDS)


@pytest.mark.parametrize("name", discover())
def test_what_no_device_shows_is_a_field_and_has_a_reason(name: str) -> None:
    for kind, reasons in getattr(simulator(name), "UNSEEN", {}).items():
        known = {variation.field for variation in varied(name, kind)}
        assert reasons.keys() <= known
        assert all(len(reason) > 20 for reason in reasons.values())


# -- planted: a driver that forgets one field ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Forgetful:
    """A driver that neither writes nor reads a field: it takes it to be as in ``base``, and says what is wanted."""

    real: Any
    field: str
    base: Any

    def observe(self, endpoint: Any, wanted: Any, fence: Any) -> Any:
        specs = {each.address: each.spec for each in reversed(wanted)}
        asked = [replace(each, spec=self._with(each.spec, self.base)) for each in wanted]
        seen = self.real.observe(endpoint, asked, fence)
        return {a: Present(self._with(s.spec, specs[a])) if isinstance(s, Present) else s for a, s in seen.items()}

    def plan(self, due: Change[Any]) -> Step[Any]:
        if due.before is None or due.after is None:
            return self.real.plan(due)
        kept = Change(due.resource, due.before, self._with(due.after, due.before), due.cause)
        try:
            return replace(self.real.plan(kept), change=due)
        except Refused:
            return Step(due, ())

    def apply(self, endpoint: Any, steps: Any, fence: Any) -> Any:
        for step in steps:
            yield from self.real.apply(endpoint, [step], fence) if step.commands else [Done(step.change.address)]

    def _with(self, spec: Any, other: Any) -> Any:
        return replace(spec, **{self.field: getattr(other, self.field)})


PLANTED = [
    pytest.param(name, kind, field.name, id=f"{name}-{kind}-{field.name}")
    for name in discover()
    for kind in kinds(name)
    for field in fields(KINDS[kind].spec)
    if field.compare and field.name not in unseen(name, kind)
]


@pytest.mark.parametrize(("name", "kind", "field"), PLANTED)
def test_a_driver_that_forgets_a_field_is_caught(name: str, kind: str, field: str) -> None:
    own = [variation.spec for variation in varied(name, kind) if variation.field.split(".")[0] == field]
    with pytest.raises(AssertionError):
        for spec in own:
            check_field(Forgetful(simulator(name).make(), field, base_of(name, kind)), name, kind, spec)
