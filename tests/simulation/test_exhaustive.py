"""Every boundary of the reference histories with every fault; and that there is no boundary without one."""

from __future__ import annotations

from functools import cache
from typing import Any, get_args

import pytest

from reconciler.drivers.allocations.driver import Hold
from reconciler.drivers.host import commands as host
from reconciler.drivers.host.xen import commands as xen
from reconciler.drivers.image.kadeploy import commands as kadeploy
from reconciler.drivers.switch.netconf import NetconfEdit
from reconciler.engine import effects
from reconciler.model.change import Action
from reconciler.resources.kinds import KINDS  # every kind that can be recorded
from tests.simulation.call import Call
from tests.simulation.exhaustive import REFERENCES, Points, histories_of, points_of
from tests.simulation.simulate import simulate

IMPOSSIBLE = {
    ("host", Action.UPDATE): "an image cannot be changed from the node itself: the driver refuses",
    ("host", Action.DELETE): "a node is only verified, and never deleted",
}
SHARES = 4


@cache
def points(name: str) -> Points:
    return points_of(REFERENCES[name])


def calls() -> list[Call]:
    return [call for name in REFERENCES for call, _ in points(name).calls.values()]


def steps() -> list[Any]:
    return [step for call in calls() for step in call.steps]


@pytest.mark.parametrize("share", range(SHARES))
@pytest.mark.parametrize("name", REFERENCES)
def test_nothing_goes_wrong_whatever_fails_wherever(name: str, share: int) -> None:
    histories = list(histories_of(name))[share::SHARES]
    assert len(histories) > 20
    wrong = [(h.faults, v.violation) for h in histories for v in (simulate(h),) if v.violation]
    assert not wrong, f"{len(wrong)} of {len(histories)}: {wrong[0]}"


def test_every_effect_of_the_engine_is_a_boundary_of_some_reference() -> None:
    met = {what for name in REFERENCES for what, _ in points(name).effects}
    assert {effect.__name__ for effect in get_args(effects.Effect)} - {"Report"} <= met, "give it a reference history"


def test_every_action_on_every_kind_is_in_some_reference() -> None:
    met = {(step.change.address.kind, step.change.action) for step in steps()}
    missing = {(kind, action) for kind in KINDS for action in Action} - met - IMPOSSIBLE.keys()
    assert not missing, "give it a reference history, or say why it cannot be"
    assert not IMPOSSIBLE.keys() & met


def test_every_command_of_every_driver_is_in_some_reference() -> None:
    known = {*get_args(host.Command), *get_args(xen.Command), *get_args(kadeploy.Command), NetconfEdit, Hold}
    met = {type(command) for step in steps() for command in step.commands}
    assert known - met == {host.Release}, "give it a reference history"  # the deletion that is impossible, see above
