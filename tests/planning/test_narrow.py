from __future__ import annotations

from reconciler.model.address import Address, Endpoint
from reconciler.model.change import Change
from reconciler.model.plan import Plan, Step
from reconciler.model.resource import Resource
from reconciler.planning.narrow import Selection
from reconciler.resources.host import Host


def plan_of(**needs: tuple[str, ...]) -> Plan:
    """Steps by name, each after those it needs."""
    addresses = {name: Address("host", "exp", name.replace("_", "-")) for name in needs}
    spec = Host("/f", "x")
    steps = {a: Step(Change(Resource(a, Endpoint("xen", "h"), spec), None, spec), ()) for a in addresses.values()}
    return Plan(steps, {addresses[name]: frozenset(addresses[n] for n in first) for name, first in needs.items()})


PLAN = plan_of(lease=(), switch=("lease",), web_0=("switch",), web_1=("switch",), tool=())


def names(plan: Plan) -> list[str]:
    return sorted(address.name for address in plan.steps)


def test_a_target_brings_what_it_needs() -> None:
    narrowed = Selection(targets=("web-0",))(PLAN)
    assert names(narrowed) == ["lease", "switch", "web-0"]
    assert all(first <= narrowed.steps.keys() for first in narrowed.after.values())


def test_an_exclusion_takes_what_needs_it_along() -> None:
    assert names(Selection(excludes=("switch",))(PLAN)) == ["lease", "tool"]


def test_an_exclusion_wins_over_a_target() -> None:
    assert names(Selection(targets=("web-*",), excludes=("web-1",))(PLAN)) == ["lease", "switch", "web-0"]


def test_a_glob_with_a_slash_is_over_the_whole_address() -> None:
    assert names(Selection(targets=("host/exp/to*",))(PLAN)) == ["tool"]


def test_a_glob_that_matches_nothing_is_told() -> None:
    assert Selection(targets=("web-*", "wbe-*"), excludes=("x",)).unmatched(PLAN.steps) == ["wbe-*", "x"]


def test_without_globs_the_plan_is_the_plan() -> None:
    assert Selection()(PLAN) is PLAN
